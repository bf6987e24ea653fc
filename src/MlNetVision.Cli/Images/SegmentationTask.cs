using System.Runtime.CompilerServices;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Segmentation;
using Spectre.Console;

namespace MlNetVision.Cli.Images;

/// <summary>Tells the classes of the pixels; the caller disposes the segmenter.</summary>
/// <param name="segmenter">The network.</param>
/// <param name="outputs">What is written for each image.</param>
/// <param name="sheet">Where overlays are gathered; null: nowhere. The caller saves and disposes it.</param>
/// <param name="limits">What an image on standard input may ask for; null: the default.</param>
internal sealed class SegmentationTask(Segmenter segmenter, IReadOnlyList<ImageOutput<SegmentationResult>> outputs, OverlaySheet? sheet = null, ImageLimits? limits = null)
    : ImageTask<SegmentationResult>
{
    private readonly ClassShares _shares = new();

    public override IReadOnlyList<ImageOutput<SegmentationResult>> Outputs => outputs;

    public override ImageLimits? Limits => limits;

    public override async IAsyncEnumerable<(string Path, SegmentationResult? Result, Exception? Error)> RunAsync(
        IReadOnlyList<string> paths, Action<string, RgbImage, SegmentationResult>? then, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Action<RgbImage, SegmentationResult>? draw = then is null ? null : (image, result) => then(result.Image, image, result);
        if (sheet is not null) draw += sheet.Add;
        await foreach (var outcome in segmenter.SegmentManyAsync(paths, draw, cancellation)) yield return (outcome.Image, outcome.Result, outcome.Error);
    }

    public override SegmentationResult Run(RgbImage image, string name, CancellationToken cancellation)
    {
        var result = segmenter.Segment(ImageSource.FromImage(image, name), cancellation);
        sheet?.Add(image, result);
        return result;
    }

    public override object ToJson(SegmentationResult result) => SegmentationJson.From(result);

    public override string Describe(SegmentationResult result) => ClassShares.Describe(result);

    public override void Count(SegmentationResult result) => _shares.Add(result);

    public override Table? Totals() => _shares.ToTable();
}
