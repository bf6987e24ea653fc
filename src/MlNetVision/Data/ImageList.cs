using System.Text;
using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>Reads a CSV list of images and their labels.</summary>
internal static class ImageList
{
    public const string Expected = "expected a CSV list of images: path,label";
    private static readonly string[] PathNames = ["path", "imagepath", "image_path", "image", "file", "filename", "file_name"];
    private static readonly string[] LabelNames = ["label", "class", "category", "classname", "class_name"];
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static NamedImages Read(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var records = CsvReader.Read(Text(path), path).ToList();
        if (records.Count == 0) throw new BadDataSetException($"{path}: the list is empty; {Expected}.");
        var (pathColumn, labelColumn, header) = Columns(records[0], path, folder);
        var rows = new ImageListRows(path);
        foreach (var record in records.Skip(header ? 1 : 0))
        {
            if (record.Fields.Count != records[0].Fields.Count)
                throw Bad(path, record, $"{record.Fields.Count} fields; expected {records[0].Fields.Count}. Quote a label that contains a comma");
            var image = DataSetFile.Resolve(folder, NotEmpty(path, record, pathColumn, "path"), path);
            rows.Add(record, image, NotEmpty(path, record, labelColumn, "label"));
        }
        return rows.ToImages();
    }

    private static string Text(string path)
    {
        try
        {
            using var reader = new StreamReader(DataSetFile.Open(path), Utf8);
            var text = reader.ReadToEnd();
            return !text.Contains('\0') ? text : throw new BadDataSetException($"{path}: not UTF-8 text; {Expected}, in UTF-8.");
        }
        catch (DecoderFallbackException e)
        {
            throw new BadDataSetException($"{path}: not UTF-8 text; {Expected}, in UTF-8.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadDataSetException($"{path}: the list cannot be read: {e.Message}", e);
        }
    }

    private static (int Path, int Label, bool Header) Columns(CsvRecord first, string path, string folder)
    {
        var names = first.Fields.Select(field => field.Trim().ToLowerInvariant()).ToList();
        var named = (names.FindIndex(PathNames.Contains), names.FindIndex(LabelNames.Contains));
        if (named is ( >= 0, >= 0)) return (named.Item1, named.Item2, true);
        if (names.Count != 2)
        {
            var columns = $"{PathNames[0]} and {LabelNames[0]} among them";
            throw Bad(path, first, $"{names.Count} fields; {Expected}, or a first line that names its columns ({columns})");
        }
        // Another first line is a header too, unless its first field could be an image.
        return (0, 1, !ImageFiles.IsImage(first.Fields[0]) && !File.Exists(DataSetFile.Resolve(folder, first.Fields[0], path)));
    }

    private static string NotEmpty(string path, CsvRecord record, int column, string name) =>
        !string.IsNullOrWhiteSpace(record.Fields[column]) ? record.Fields[column] : throw Bad(path, record, $"the {name} is empty");

    internal static BadDataSetException Bad(string path, CsvRecord record, string what) =>
        new(FormattableString.Invariant($"{path}, line {record.Line}: {what}."));
}

/// <summary>The images of a list, each once.</summary>
internal sealed class ImageListRows(string source)
{
    private readonly Dictionary<string, (string Label, int Line)> _seen = new(StringComparer.Ordinal);
    private readonly List<(string, string)> _images = [];
    private readonly DataSetWarnings _warnings = new();

    public void Add(CsvRecord record, string path, string label)
    {
        if (!_seen.TryAdd(path, (label, record.Line))) Again(record, path, label, _seen[path]);
        else if (File.Exists(path)) _images.Add((path, label));
        else _warnings.Add(FormattableString.Invariant($"{source}, line {record.Line}: the image {path} does not exist; it is skipped"));
    }

    public NamedImages ToImages()
    {
        if (_seen.Count == 0) throw new BadDataSetException($"{source}: the list has no images; {ImageList.Expected}.");
        if (_images.Count == 0)
        {
            throw new BadDataSetException(
                $"{source}: none of its {_seen.Count} images exists, such as {_seen.Keys.First()}; relative paths count from the list's folder.");
        }
        return new(source, [.. _seen.Values.Select(row => row.Label).Distinct(StringComparer.Ordinal)], _images, _warnings);
    }

    private void Again(CsvRecord record, string path, string label, (string Label, int Line) before)
    {
        if (before.Label != label)
        {
            throw ImageList.Bad(source, record,
                FormattableString.Invariant($"the image {path} is '{label}' here and '{before.Label}' in line {before.Line}"));
        }
        _warnings.Add(FormattableString.Invariant($"{source}, line {record.Line}: repeats the image of line {before.Line}; it counts once"));
    }
}
