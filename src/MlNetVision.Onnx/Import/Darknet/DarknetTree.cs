using System.Globalization;
using MlNetVision.Files;

namespace MlNetVision.Onnx.Import.Darknet;

/// <summary>A <c>.tree</c> file, which <c>tree=</c> names: per line a class and the number of the line of its parent from 0 on, or −1.</summary>
/// <param name="File">The path that was found.</param>
/// <param name="Classes">The hierarchy.</param>
/// <param name="Names">The names of the classes; null where one comes twice, so that they do not tell classes apart.</param>
internal sealed record DarknetTree(string File, ClassTree Classes, IReadOnlyList<string>? Names)
{
    /// <summary>The published one of 9,418 classes has 140 KB.</summary>
    private const long MostBytes = 4 << 20;

    /// <summary>The tree of a section; null where it names none.</summary>
    /// <exception cref="BadModelException">The file is missing or damaged; the message names section, file and line.</exception>
    public static DarknetTree? Find(DarknetSection section)
    {
        if (section.Text("tree", "") is not { Length: > 0 } stated) return null;
        string[] places = [.. Places(section.File, stated).Distinct(StringComparer.Ordinal)];
        var path = places.FirstOrDefault(System.IO.File.Exists)
            ?? throw section.Bad($"tree={stated}: there is no such file; looked for {string.Join(", ", places)}");
        try
        {
            using var stream = RegularFile.OpenRead(path);
            if (stream.Length > MostBytes) throw section.Bad($"{path}: expected a hierarchy of at most {MostBytes} bytes, found {stream.Length}");
            using var reader = new StreamReader(stream);
            return Read(section, path, reader);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new BadModelException($"{section.Location}: {path}: the hierarchy cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Darknet looks where it was started, mostly the folder above that of the network.</summary>
    private static IEnumerable<string> Places(string network, string stated)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(network))!;
        if (stated.Contains('\0', StringComparison.Ordinal)) yield break;
        yield return Path.GetFullPath(stated, folder);
        yield return Path.GetFullPath(Path.Combine("..", stated), folder);
        yield return Path.Combine(folder, Path.GetFileName(stated));
    }

    private static DarknetTree Read(DarknetSection section, string path, StreamReader reader)
    {
        List<string> names = [];
        List<int> parents = [];
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var parent = -1;
            if (words.Length == 0 || (words.Length > 1 && !int.TryParse(words[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out parent)))
                throw section.Bad($"{path}, line {parents.Count + 1}: expected a class and the number of its parent");
            names.Add(words[0]);
            parents.Add(parent);
        }
        try
        {
            return new DarknetTree(path, new ClassTree(parents), names.Distinct(StringComparer.Ordinal).Count() == names.Count ? names : null);
        }
        catch (BadModelException e)
        {
            throw section.Bad($"{path}: {e.Message.TrimEnd('.')}");
        }
    }
}
