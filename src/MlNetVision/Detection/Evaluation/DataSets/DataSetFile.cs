using System.Text;

namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>Reads the text files of data sets within bounds of size.</summary>
public static class DataSetFile
{
    /// <summary>More than any list, label or XML file of one image needs: 64 MiB.</summary>
    internal const long MaxBytes = 64L << 20;

    /// <summary>Opens a file for reading; the caller disposes the stream.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The most bytes that it may have. Default: 64 MiB.</param>
    /// <exception cref="BadDataSetException">There is no such file, or it is larger.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream Open(string path, long maxBytes = MaxBytes)
    {
        if (!File.Exists(path)) throw new BadDataSetException($"{path}: the file does not exist.");
        var stream = File.OpenRead(path);
        if (stream.Length <= maxBytes) return stream;
        var length = stream.Length;
        stream.Dispose();
        throw new BadDataSetException($"{path}: {length} bytes; at most {maxBytes} are read.");
    }

    /// <summary>The lines that are not blank, trimmed, with their numbers from 1.</summary>
    internal static IEnumerable<(int Number, string Text)> Lines(string path)
    {
        using var reader = new StreamReader(Open(path), Encoding.UTF8);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            var text = line.Trim();
            if (text.Length > 0) yield return (number, text);
        }
    }

    /// <summary>Names of classes, one a line.</summary>
    internal static List<string> Names(string path)
    {
        var names = Lines(path).Select(line => line.Text).ToList();
        return names.Count > 0 ? names : throw new BadDataSetException($"{path}: no class names; one a line was expected.");
    }

    internal static void RequireDistinct(IReadOnlyList<string> names, string source)
    {
        if (names.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new BadDataSetException($"{source}: the class name '{twice.Key}' stands there {twice.Count()} times.");
    }
}
