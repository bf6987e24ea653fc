using MlNetVision.Models;

namespace MlNetVision.Data;

/// <summary>The names of classes in data sets: read, checked and listed in one way, whatever the format.</summary>
internal static class ClassNames
{
    private const int Listed = 20;

    /// <summary>Reads a file of names, one per line, as models have it too (<see cref="LabelFile"/>), but up to 64 MiB.</summary>
    /// <exception cref="BadDataSetException">
    /// The file cannot be read, is not UTF-8, has no names, or has a blank line before its last name: indices would shift.
    /// </exception>
    public static IReadOnlyList<string> Read(string path)
    {
        try
        {
            return LabelFile.Read(path, (int)DataSetFile.MaxBytes);
        }
        catch (BadModelException e)
        {
            throw new BadDataSetException(e.Message, e);
        }
    }

    /// <summary>Checks that every class has a name of its own.</summary>
    /// <exception cref="BadDataSetException">A name is empty, or stands there twice.</exception>
    public static void Check(IReadOnlyList<string> names, string source)
    {
        var seen = new HashSet<string>(names.Count, StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(names[i])) throw new BadDataSetException($"{source}: the class {i} (counted from 0) has an empty name.");
            if (seen.Add(names[i])) continue;
            var times = names.Count(name => name == names[i]);
            throw new BadDataSetException($"{source}: the class name '{names[i]}' stands there {times} times.");
        }
    }

    /// <summary>The first names, and how many there are where there are more.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(Listed)) + (names.Count > Listed ? $", … ({names.Count} in all)" : "");

    /// <summary>The first names in quotes, likewise.</summary>
    public static string Quote(IReadOnlyCollection<string> names) => List([.. names.Take(Listed).Select(name => $"'{name}'"), .. names.Skip(Listed)]);
}

/// <summary>The classes that a caller has given, where it has.</summary>
internal sealed class AllowedClasses(IReadOnlyList<string>? names)
{
    private readonly HashSet<string>? _names = names?.ToHashSet(StringComparer.Ordinal);

    /// <exception cref="BadDataSetException">Classes were given, and the name is none of them.</exception>
    public void Require(string name, string where)
    {
        if (_names?.Contains(name) == false)
            throw new BadDataSetException($"{where}: the class '{name}' is not among the given ones: {ClassNames.List(names!)}.");
    }
}
