using MlNetVision.Cli.Inputs;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Images;

/// <summary>The overlays of a run as one image, in the order of the inputs; several threads may add at once.</summary>
internal sealed class OverlaySheet : IDisposable
{
    private readonly SegmentationPaintOptions _paint;
    private readonly ContactSheet _sheet;
    private readonly Dictionary<string, int> _cells = new(StringComparer.Ordinal);
    private readonly IReadOnlyList<string> _names;
    private readonly bool[] _drawn;

    /// <exception cref="ArgumentException">There are more images than a sheet has room for.</exception>
    public OverlaySheet(IReadOnlyList<ImageInput> inputs, SegmentationPaintOptions paint)
    {
        _paint = paint;
        _names = [.. inputs.Select(i => i.RelativeName)];
        for (var i = 0; i < inputs.Count; i++) _cells[inputs[i].Path] = i;
        _drawn = new bool[inputs.Count];
        _sheet = new ContactSheet(inputs.Count);
    }

    public void Add(RgbImage source, SegmentationResult result)
    {
        var cell = _cells[result.Image];
        _sheet.Add(cell, source, result.Mask, _names[cell], _paint);
        _drawn[cell] = true;
    }

    /// <summary>Marks what is missing and writes the sheet.</summary>
    public void Save(string path)
    {
        // Each takes the first free cell, which is its own.
        for (var i = 0; i < _drawn.Length; i++)
            if (!_drawn[i]) _sheet.AddMissing(_names[i]);
        _sheet.Save(path);
    }

    public void Dispose() => _sheet.Dispose();
}
