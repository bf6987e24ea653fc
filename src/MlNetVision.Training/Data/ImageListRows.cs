using MlNetVision.Detection.Evaluation.DataSets;

namespace MlNetVision.Training;

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
        else _warnings.Add(FormattableString.Invariant($"{source}, line {record.Line}: the image {path} does not exist; it is left out"));
    }

    public NamedImages ToImages()
    {
        if (_seen.Count == 0) throw new BadDataSetException($"{source}: the list has no images; {ImageList.Expected}.");
        if (_images.Count == 0)
            throw new BadDataSetException($"{source}: none of its {_seen.Count} images exists, such as {_seen.Keys.First()}; relative paths count from the list's folder.");
        return new(source, [.. _seen.Values.Select(row => row.Label).Distinct(StringComparer.Ordinal)], _images, _warnings);
    }

    private void Again(CsvRecord record, string path, string label, (string Label, int Line) before)
    {
        if (before.Label != label)
            throw ImageList.Bad(source, record, FormattableString.Invariant($"the image {path} is '{label}' here and '{before.Label}' in line {before.Line}"));
        _warnings.Add(FormattableString.Invariant($"{source}, line {record.Line}: the image of line {before.Line} again; it counts once"));
    }
}
