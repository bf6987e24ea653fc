using System.Runtime.CompilerServices;
using MlNetVision.Cli.Outputs;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using Spectre.Console;

namespace MlNetVision.Cli.Images;

/// <summary>Finds objects; the caller disposes the detector.</summary>
internal sealed class DetectionTask(ObjectDetector detector, ImageLimits? limits = null) : ImageTask<DetectionResult>
{
    private readonly ClassCounts _counts = new();

    public override ImageLimits? Limits => limits;

    public override async IAsyncEnumerable<(string Path, DetectionResult? Result, Exception? Error)> RunAsync(
        IReadOnlyList<string> paths, Action<string, RgbImage, DetectionResult>? then, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Action<RgbImage, DetectionResult>? draw = then is null ? null : (image, result) => then(result.Image, image, result);
        await foreach (var outcome in detector.DetectManyAsync(paths, draw, cancellation)) yield return (outcome.Image, outcome.Result, outcome.Error);
    }

    public override DetectionResult Run(RgbImage image, string name, CancellationToken cancellation) => detector.Detect(ImageSource.FromImage(image, name), cancellation);

    public override object ToJson(DetectionResult result) => DetectionJson.From(result);

    public override string Describe(DetectionResult result) => ClassCounts.Describe(result);

    public override IReadOnlyList<ImageOutput<DetectionResult>> Outputs { get; } = [new("", null, (source, result, path) =>
    {
        using var drawn = DetectionPainter.Draw(source, result.Detections, new DetectionPaintOptions { ClassCount = detector.Labels.Count });
        drawn.Save(path);
    })];

    public override void Count(DetectionResult result) => _counts.Add(result);

    public override Table? Totals() => _counts.ToTable();
}
