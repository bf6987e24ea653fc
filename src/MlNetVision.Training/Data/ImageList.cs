using System.Text;
using MlNetVision.Detection.Evaluation.DataSets;
using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>Reads a CSV list of images and their labels.</summary>
internal static class ImageList
{
    public const string Expected = "expected a CSV list of images: path,label";
    private static readonly string[] PathNames = ["path", "imagepath", "image_path", "image", "file", "filename", "file_name", "image"];
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
                throw Bad(path, record, $"{record.Fields.Count} fields; expected {records[0].Fields.Count}. A label with a comma stands in quotes");
            rows.Add(record, Resolve(folder, NotEmpty(path, record, pathColumn, "path")), NotEmpty(path, record, labelColumn, "label"));
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
            throw Bad(path, first, $"{names.Count} fields; {Expected}, or a first line that names its columns ({PathNames[0]} and {LabelNames[0]} among them)");
        // A first line of other words is a header too, unless its first word could be an image.
        return (0, 1, !ImageFiles.IsImage(first.Fields[0]) && !File.Exists(Resolve(folder, first.Fields[0])));
    }

    /// <summary>A path as the list has it; with backslashes, as Windows writes it, where only that exists.</summary>
    private static string Resolve(string folder, string written)
    {
        var path = Path.GetFullPath(Path.Combine(folder, written));
        return File.Exists(path) || !written.Contains('\\') ? path : Path.GetFullPath(Path.Combine(folder, written.Replace('\\', '/')));
    }

    private static string NotEmpty(string path, CsvRecord record, int column, string name) =>
        !string.IsNullOrWhiteSpace(record.Fields[column]) ? record.Fields[column] : throw Bad(path, record, $"the {name} is empty");

    internal static BadDataSetException Bad(string path, CsvRecord record, string what) => new(FormattableString.Invariant($"{path}, line {record.Line}: {what}."));
}
