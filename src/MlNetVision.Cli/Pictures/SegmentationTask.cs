using System.Runtime.CompilerServices;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using Spectre.Console;

namespace MlNetVision.Cli.Pictures;

/// <summary>Tells the classes of the pixels; the caller disposes the segmenter.</summary>
/// <param name="segmenter">The network.</param>
/// <param name="outputs">What is written for each picture.</param>
/// <param name="sheet">Where overlays are gathered; null: nowhere. The caller saves and disposes it.</param>
/// <param name="limits">What a picture on standard input may ask for; null: the default.</param>
internal sealed class SegmentationTask(Segmenter segmenter, IReadOnlyList<PictureOutput<SegmentationResult>> outputs, OverlaySheet? sheet = null, PictureLimits? limits = null)
    : PictureTask<SegmentationResult>
{
    private readonly ClassShares _shares = new();

    public override IReadOnlyList<PictureOutput<SegmentationResult>> Outputs => outputs;

    public override PictureLimits? Limits => limits;

    public override async IAsyncEnumerable<(string Path, SegmentationResult? Result, Exception? Error)> RunAsync(
        IReadOnlyList<string> paths, Action<string, Picture, SegmentationResult>? then, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Action<Picture, SegmentationResult>? draw = then is null ? null : (picture, result) => then(result.Image, picture, result);
        if (sheet is not null) draw += sheet.Add;
        await foreach (var outcome in segmenter.SegmentManyAsync(paths, draw, cancellation)) yield return (outcome.Image, outcome.Result, outcome.Error);
    }

    public override SegmentationResult Run(Picture picture, string name, CancellationToken cancellation)
    {
        var result = segmenter.Segment(picture, name);
        sheet?.Add(picture, result);
        return result;
    }

    public override object ToJson(SegmentationResult result) => SegmentationJson.From(result);

    public override string Describe(SegmentationResult result) => ClassShares.Describe(result);

    public override void Count(SegmentationResult result) => _shares.Add(result);

    public override Table? Totals() => _shares.ToTable();
}
