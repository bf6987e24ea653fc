using System.Text;
using MlNetVision.Files;

namespace MlNetVision.Data;

/// <summary>Opens the files that a data set names, up to a size.</summary>
internal static class DataSetFile
{
    /// <summary>The largest list, label or CSV file: 64 MiB.</summary>
    public const long MaxBytes = 64L << 20;

    /// <summary>Opens a file for reading; the caller disposes the stream.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The most bytes that it may have. Default: 64 MiB.</param>
    /// <exception cref="BadDataSetException">There is no such file, or it is larger.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream Open(string path, long maxBytes = MaxBytes)
    {
        if (!File.Exists(path)) throw new BadDataSetException($"{path}: the file does not exist.");
        var stream = RegularFile.OpenRead(path);
        if (stream.Length <= maxBytes) return stream;
        var length = stream.Length;
        stream.Dispose();
        throw new BadDataSetException($"{path}: {length} bytes; at most {maxBytes} are read.");
    }

    /// <summary>The lines that are not blank, trimmed, with their numbers from 1.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(string path)
    {
        using var reader = new StreamReader(Open(path), Encoding.UTF8);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            var text = line.Trim();
            if (text.Length > 0) yield return (number, text);
        }
    }

    /// <summary>
    /// A path without the folder <c>data</c> that CVAT writes before every name of its YOLO exports, whatever folder they are unpacked into;
    /// null where it has none.
    /// </summary>
    public static string? WithoutData(string written)
    {
        const string Prefix = "data/";
        return written.StartsWith(Prefix, StringComparison.Ordinal) && written.Length > Prefix.Length ? written[Prefix.Length..] : null;
    }

    /// <summary>Resolves a path of a data set (either slash, perhaps relative) against a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="written">The path as it is written.</param>
    /// <param name="where">Where it is written, for messages.</param>
    /// <remarks>The path as written is tried before one whose backslashes are taken as separators.</remarks>
    /// <exception cref="BadDataSetException">It has a null character.</exception>
    public static string Resolve(string folder, string written, string where)
    {
        if (written.Contains('\0'))
        {
            var shown = written.Replace("\0", "\\0", StringComparison.Ordinal);
            throw new BadDataSetException($"{where}: '{shown}' has a null character (\\0); expected a path.");
        }
        var path = Path.GetFullPath(Path.Combine(folder, written));
        return !written.Contains('\\') || File.Exists(path) ? path : Path.GetFullPath(Path.Combine(folder, written.Replace('\\', '/')));
    }
}
