using MlNetVision.Models;

namespace MlNetVision.Data;

/// <summary>Reads, checks and lists the class names of data sets of all formats.</summary>
internal static class ClassNames
{
    private const int Listed = 20;

    /// <summary>Reads a file of names, one per line, as <see cref="LabelFile"/> does for models, but up to 64 MiB.</summary>
    /// <exception cref="BadDataSetException">
    /// The file cannot be read, is not UTF-8, or has no names.
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

    /// <summary>Checks that class names are unique and not empty.</summary>
    /// <exception cref="BadDataSetException">A name is empty or repeated.</exception>
    public static void Check(IReadOnlyList<string> names, string source)
    {
        var seen = new HashSet<string>(names.Count, StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(names[i])) throw new BadDataSetException($"{source}: the class {i} (counted from 0) has an empty name.");
            if (seen.Add(names[i])) continue;
            var times = names.Count(name => name == names[i]);
            throw new BadDataSetException($"{source}: the class name '{names[i]}' occurs {times} times.");
        }
    }

    /// <summary>Checks class names that the caller gives.</summary>
    /// <param name="names">The names.</param>
    /// <param name="parameter">The parameter or option that they were given as.</param>
    /// <exception cref="ArgumentException">There are none, a name is empty or null, or it is repeated; the message says which.</exception>
    public static void CheckGiven(IReadOnlyList<string> names, string parameter)
    {
        const string Expected = "expected a name of its own for each class";
        if (names.Count == 0) throw new ArgumentException($"There are no class names in '{parameter}'; {Expected}.", parameter);
        var seen = new Dictionary<string, int>(names.Count, StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(names[i]))
            {
                var what = names[i] is null ? "null" : "empty";
                throw new ArgumentException($"The class name {i} (counted from 0) of '{parameter}' is {what}; {Expected}.", parameter);
            }
            if (seen.TryAdd(names[i], i)) continue;
            var both = $"both {seen[names[i]]} and {i} (counted from 0)";
            throw new ArgumentException($"The class name '{names[i]}' of '{parameter}' is {both}; {Expected}.", parameter);
        }
    }

    /// <summary>The first names, with the total where there are more.</summary>
    public static string List(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(Listed)) + (names.Count > Listed ? $", … ({names.Count} in all)" : "");

    /// <summary>The first names in quotes, with the total where there are more.</summary>
    public static string Quote(IReadOnlyCollection<string> names) => List([.. names.Take(Listed).Select(name => $"'{name}'"), .. names.Skip(Listed)]);
}

/// <summary>The classes that the caller may have given.</summary>
internal sealed class AllowedClasses(IReadOnlyList<string>? names)
{
    private readonly HashSet<string>? _names = names?.ToHashSet(StringComparer.Ordinal);

    /// <exception cref="BadDataSetException">The name is not among the given classes.</exception>
    public void Require(string name, string where)
    {
        if (_names?.Contains(name) == false)
            throw new BadDataSetException($"{where}: the class '{name}' is not among the given ones: {ClassNames.List(names!)}.");
    }
}
