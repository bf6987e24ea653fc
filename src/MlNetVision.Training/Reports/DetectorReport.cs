using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Files;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training;

/// <summary>Reports the training of a detector: as an HTML page, and as metrics in JSON.</summary>
public static class DetectorReport
{
    /// <summary>
    /// Writes <c>report.html</c>, one file that refers to nothing outside it (losses by term and mAP by epoch; metrics of each class, also before
    /// training; precision over recall; precision, recall and F1 over the confidence threshold; confusion with the background; recall by object size;
    /// the worst validation images with ground truth and detections), and <c>metrics.json</c> with the same metrics.
    /// </summary>
    /// <param name="folder">The folder; created where it is missing. Files of these names are replaced.</param>
    /// <param name="content">The content. Images are read from their paths; a missing one is listed without its image.</param>
    /// <exception cref="ArgumentException">A value of <paramref name="content"/> lies outside its range.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void Write(string folder, DetectorReportContent content)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(content);
        content.Validate();
        var results = content.Validation.Count > 0 ? DetectorResults.Of(content.Labels, content.Validation, content.Confidence) : null;
        // Scores shift with training: each detector is judged at its own threshold.
        var before = content.Before.Count > 0 ? DetectorResults.Of(content.Labels, content.Before, content.Confidence) : null;
        AtomicFile.WriteText(Path.Combine(folder, TrainingReport.MetricsName), DetectorMetricsJson.Of(content, results, before));
        AtomicFile.WriteText(Path.Combine(folder, TrainingReport.PageName), DetectorReportPage.Of(content, results, before));
    }

    /// <summary>Detects the objects in images, down to the low scores that average precision ranks. Images that cannot be decoded are left out.</summary>
    /// <param name="model">The detector.</param>
    /// <param name="images">The images.</param>
    /// <param name="device">The devices; null: as the model says, else <c>cpu</c>.</param>
    /// <param name="threads">Threads; 0: one per processor.</param>
    /// <param name="cancellationToken">Stops the detection.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static IReadOnlyList<DetectedImage> Detect(
        OnnxModel model, IReadOnlyList<AnnotatedImage> images, DeviceList? device = null, int threads = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        using var detector = Open(model, device, threads);
        // A missing one was named where the data set was read.
        return [.. DetectAll(detector, images, cancellationToken).Where(d => d.Error is not BadImageException).Select(d => d.Error is null
            ? new DetectedImage(d.Image, d.Result!.Detections) : throw d.Error)];
    }

    /// <summary>Opens a detector that gives detections down to the low scores that average precision ranks; the caller disposes it.</summary>
    internal static ObjectDetector Open(OnnxModel model, DeviceList? device, int threads) => ObjectDetector.Load(model, new ObjectDetectorOptions
    {
        Adjust = o => o with { Confidence = DetectionEvaluator.LowestScore }, Threads = threads, Device = device,
    });

    /// <summary>Detects the objects in images, several at once; the outcomes have the images' order.</summary>
    internal static IEnumerable<(AnnotatedImage Image, DetectionResult? Result, Exception? Error)> DetectAll(
        ObjectDetector detector, IReadOnlyList<AnnotatedImage> images, CancellationToken cancellationToken) =>
        detector.DetectManyAsync(images.Select(i => i.Path), cancellationToken: cancellationToken).ToBlockingEnumerable(CancellationToken.None)
            .Zip(images, (outcome, image) => (image, outcome.Result, outcome.Error));
}

/// <summary>The content of a report on the training of a detector.</summary>
public sealed record DetectorReportContent
{
    /// <summary>The heading, such as the data set's name.</summary>
    public required string Title { get; init; }

    /// <summary>The classes in the order of their indices.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The epochs in order; empty where there were none.</summary>
    public IReadOnlyList<DetectorEpoch> Epochs { get; init; } = [];

    /// <summary>The epoch whose weights the model has, counted from 1; null: unknown.</summary>
    public int? ModelEpoch { get; init; }

    /// <summary>The validation images with what the trained detector found; empty: none.</summary>
    public IReadOnlyList<DetectedImage> Validation { get; init; } = [];

    /// <summary>The same images with what the detector found that training started with; empty: it could not detect these classes.</summary>
    public IReadOnlyList<DetectedImage> Before { get; init; } = [];

    /// <summary>The settings of the training by name.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Warnings.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>
    /// The confidence threshold of counts, confusion, recall by size and drawings, 0 to 1. Null, the default: the one of the highest F1 on the validation
    /// images, as the mean over classes; that of the detector before training is its own.
    /// </summary>
    public float? Confidence { get; init; }

    /// <summary>The maximum number of images shown, 0 to 1000, those with the most errors first; images without an error are not shown. Default: 12.</summary>
    public int MaxImages { get; init; } = 12;

    internal void Validate()
    {
        if (MaxImages is < 0 or > 1000) throw new ArgumentException($"{nameof(MaxImages)} is {MaxImages}, expected 0 to 1000.");
        if (Confidence is not (null or (>= 0 and <= 1))) throw new ArgumentException(FormattableString.Invariant($"{nameof(Confidence)} is {Confidence}, expected 0 to 1."));
    }
}

/// <summary>An image with its ground truth and what a detector found in it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Detections">The detections, down to low scores.</param>
public sealed record DetectedImage(AnnotatedImage Image, IReadOnlyList<MlNetVision.Detection.Detection> Detections);
