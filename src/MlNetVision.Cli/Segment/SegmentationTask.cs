using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Files;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Segmentation;
using Spectre.Console;

namespace MlNetVision.Cli.Segment;

/// <summary>Segments images; the caller disposes the segmenter.</summary>
/// <param name="segmenter">The model.</param>
/// <param name="outputs">What is written for each image.</param>
/// <param name="sheet">Where overlays are collected; null: nowhere. The caller saves and disposes it.</param>
internal sealed class SegmentationTask(Segmenter segmenter, IReadOnlyList<ImageOutput<SegmentationResult>> outputs, OverlaySheet? sheet = null)
    : ImageTask<SegmentationResult>(segmenter)
{
    private readonly ClassShares _shares = new();
    private readonly SameAnswers _same = new("one class covers every pixel", least: 3);

    public override IReadOnlyList<ImageOutput<SegmentationResult>> Outputs => outputs;

    public override IAsyncEnumerable<Outcome<SegmentationResult>> RunAsync(
        IEnumerable<ImageSource> images, Action<RgbImage, SegmentationResult>? then, CancellationToken cancellationToken) =>
        base.RunAsync(images, sheet is null ? then : then + sheet.Add, cancellationToken);

    public override string ImageOf(SegmentationResult result) => result.Image;

    public override object ToJson(SegmentationResult result, IReadOnlyList<string>? files) => new SegmentationJson(
        PortablePath.Of(result.Image), result.Width, result.Height,
        result.Mask.Shares().Select(s => new SegmentationJson.Item(s.Index, s.Label, s.Pixels, s.Fraction)), files);

    public override string Describe(SegmentationResult result) => ClassShares.Describe(result);

    public override void Count(SegmentationResult result)
    {
        _shares.Add(result);
        _same.Add(result.Mask.Shares().Take(2).ToList() is [var only] ? only.Label : null);
    }

    public override string? Remark() => _same.Remark;

    public override Table? Totals() => _shares.ToTable();
}

/// <summary>The line of JSON of one image's mask: the classes that are there, the largest first.</summary>
internal sealed record SegmentationJson(
    string Image, int Width, int Height, IEnumerable<SegmentationJson.Item> Classes, IReadOnlyList<string>? Outputs)
{
    internal sealed record Item(int Index, string Label, long Pixels, double Fraction);
}

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
