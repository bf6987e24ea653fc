using System.Text;
using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>
/// Reads a list of images and their labels: separated by commas, semicolons or tabs (ML.NET's <c>tags.tsv</c>), with or without a header.
/// </summary>
internal static class ImageList
{
    public const string Expected = "expected a list of images: path,label";
    private static readonly string[] PathNames = ["path", "imagepath", "image_path", "image", "file", "filename", "file_name"];
    private static readonly string[] LabelNames = ["label", "class", "category", "classname", "class_name"];
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static NamedImages Read(string path, DataSetReport report)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var text = Text(path);
        var records = CsvReader.Read(text, path, SeparatorOf(text, path), LeaveOut).ToList();
        if (records.Count == 0) throw new BadDataSetException($"{path}: the list is empty; {Expected}.");
        var (pathColumn, labelColumn, header) = Columns(records[0], path, folder);
        var rows = new ImageListRows(path, report);
        foreach (var record in records.Skip(header ? 1 : 0))
        {
            try
            {
                if (record.Fields.Count != records[0].Fields.Count)
                    throw Bad(path, record, $"{record.Fields.Count} fields; expected {records[0].Fields.Count}. Quote a label that contains a separator");
                var image = DataSetFile.Resolve(folder, NotEmpty(path, record, pathColumn, "path"), path);
                rows.Add(record, image, NotEmpty(path, record, labelColumn, "label"));
            }
            catch (BadDataSetException e)
            {
                LeaveOut(e, record.Line);
            }
        }
        return rows.ToImages();

        void LeaveOut(BadDataSetException error, int line) =>
            report.LeaveOut(LeftOutKind.UnusableEntry, FormattableString.Invariant($"{path}, line {line}"), error.Message, error);
    }

    /// <summary>The separator that makes records of one length, and of the first a header or an image; a comma where none does.</summary>
    private static char SeparatorOf(string text, string path)
    {
        char[] separators = [',', ';', '\t'];
        return separators.OrderByDescending(separator => Fit(text, path, separator)).First();
    }

    private static int Fit(string text, string path, char separator)
    {
        const int Tried = 20;
        var first = CsvReader.Read(text, path, separator, (_, _) => { }).Take(Tried).ToList();
        if (first.Count == 0 || first[0].Fields.Count < 2) return 0;
        var fit = first.TrueForAll(record => record.Fields.Count == first[0].Fields.Count) ? 2 : 1;
        var names = Names(first[0]);
        var isHeader = names.Exists(PathNames.Contains) && names.Exists(LabelNames.Contains);
        return fit + (isHeader || first.Exists(record => record.Fields.Any(ImageFiles.IsImage)) ? 2 : 0);
    }

    private static List<string> Names(CsvRecord header) => [.. header.Fields.Select(field => field.Trim().ToLowerInvariant())];

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
        var names = Names(first);
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

    private static BadDataSetException Bad(string path, CsvRecord record, string what) =>
        new(FormattableString.Invariant($"{path}, line {record.Line}: {what}."));
}

/// <summary>The images of a list, each once; one with two labels is left out.</summary>
internal sealed class ImageListRows(string source, DataSetReport report)
{
    private readonly Dictionary<string, (string Label, int Line)> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ambiguous = new(StringComparer.Ordinal);
    private readonly List<(string Path, string Label)> _images = [];

    public void Add(CsvRecord record, string path, string label)
    {
        if (!_seen.TryAdd(path, (label, record.Line))) Again(record, path, label, _seen[path]);
        else if (File.Exists(path)) _images.Add((path, label));
        else
        {
            report.LeaveOut(LeftOutKind.MissingImage, path,
                FormattableString.Invariant($"{source}, line {record.Line}: the image {path} does not exist."));
        }
    }

    public NamedImages ToImages()
    {
        if (_seen.Count == 0)
        {
            var first = report.LeftOut is [var item, ..] ? $" {item.Reason}" : "";
            throw new BadDataSetException($"{source}: the list has no images; {ImageList.Expected}.{first}");
        }
        if (_images.Count == 0)
        {
            throw new BadDataSetException(
                $"{source}: none of its {_seen.Count} images exists, such as {_seen.Keys.First()}; relative paths count from the list's folder.");
        }
        var images = _images.FindAll(image => !_ambiguous.Contains(image.Path));
        if (images.Count == 0) throw new BadDataSetException($"{source}: none of its images can be used. {report.LeftOut[0].Reason}");
        return new(source, [.. _seen.Values.Select(row => row.Label).Distinct(StringComparer.Ordinal)], images, report);
    }

    private void Again(CsvRecord record, string path, string label, (string Label, int Line) before)
    {
        if (before.Label == label)
            report.Warn(FormattableString.Invariant($"{source}, line {record.Line}: repeats the image of line {before.Line}; it counts once"));
        else if (_ambiguous.Add(path))
        {
            report.LeaveOut(LeftOutKind.AmbiguousImage, path, FormattableString.Invariant(
                $"{source}, line {record.Line}: the image {path} is '{label}' here and '{before.Label}' in line {before.Line}."));
        }
    }
}
