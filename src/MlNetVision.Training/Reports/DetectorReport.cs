using System.Text.Json;
using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Evaluation;
using MlNetVision.Files;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training;

/// <summary>Reports the training of a detector: as an HTML page, and as metrics in JSON.</summary>
public static class DetectorReport
{
    /// <summary>
    /// Writes <c>report.html</c>, one file that refers to nothing outside it (losses by term and mAP by epoch, precision, recall and F1 by class,
    /// confusion with the background, recall by object size, validation images with ground truth and detections, worst first), and
    /// <c>metrics.json</c> with the same metrics.
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
        var results = content.Validation.Count > 0 ? new DetectorResults(content, content.Validation) : null;
        var before = content.Before.Count > 0 ? new DetectorResults(content, content.Before) : null;
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
        using var detector = ObjectDetector.Load(model, new ObjectDetectorOptions
        {
            Adjust = o => o with { Confidence = DetectionEvaluator.LowestScore }, Threads = threads, Device = device,
        });
        var found = new List<DetectedImage>();
        foreach (var image in images)
        {
            try
            {
                found.Add(new(image, detector.Detect(image.Path, cancellationToken).Detections));
            }
            catch (BadImageException)
            {
                // Named where the data set was read.
            }
        }
        return found;
    }
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

    /// <summary>The confidence threshold of counts, confusion, recall by size and drawings, 0 to 1. Default: 0.25.</summary>
    public float Confidence { get; init; } = 0.25f;

    /// <summary>The maximum number of images shown, 0 to 1000, those with the most errors first. Default: 40.</summary>
    public int MaxImages { get; init; } = 40;

    internal void Validate()
    {
        if (MaxImages is < 0 or > 1000) throw new ArgumentException($"{nameof(MaxImages)} is {MaxImages}, expected 0 to 1000.");
        if (!(Confidence is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"{nameof(Confidence)} is {Confidence}, expected 0 to 1."));
    }
}

/// <summary>An image with its ground truth and what a detector found in it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Detections">The detections, down to low scores.</param>
public sealed record DetectedImage(AnnotatedImage Image, IReadOnlyList<MlNetVision.Detection.Detection> Detections);

/// <summary>The metrics of one detector on the validation images.</summary>
internal sealed class DetectorResults
{
    /// <summary>Sides of objects in pixels of the image, the root of the area.</summary>
    private static readonly double[] SideLimits = [16, 32, 64, 128, 256];

    public DetectorResults(DetectorReportContent content, IReadOnlyList<DetectedImage> images)
    {
        var evaluator = new DetectionEvaluator(content.Labels);
        foreach (var image in images) evaluator.Add(image.Image.Id, [.. image.Detections], [.. image.Image.Boxes]);
        Evaluation = evaluator.Evaluate(new DetectionEvaluationOptions { Confidence = content.Confidence });
        Images = [.. images.Select(i => ImageMatches.Of(i, content.Confidence))];
        Confusion = ConfusionOf(content.Labels, Images);
        Sizes = [.. Enumerable.Range(0, SideLimits.Length + 1).Select(Size).Where(s => s.Objects > 0)];
    }

    public DetectionEvaluation Evaluation { get; }

    public IReadOnlyList<ImageMatches> Images { get; }

    /// <summary>The classes, and the background as the last of them.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>Recall by the size of objects; no sizes without objects.</summary>
    public IReadOnlyList<SizeRecall> Sizes { get; }

    /// <summary>The point of a class's curve where F1 is the highest; null without detections.</summary>
    public static PrecisionRecallPoint? BestOf(ClassEvaluation c) => c.Curve.Count > 0 ? c.Curve.MaxBy(F1) : null;

    public static double F1(PrecisionRecallPoint point) =>
        point.Precision + point.Recall > 0 ? 2 * point.Precision * point.Recall / (point.Precision + point.Recall) : 0;

    private SizeRecall Size(int bin)
    {
        var (from, to) = (bin == 0 ? 0 : SideLimits[bin - 1], bin == SideLimits.Length ? double.PositiveInfinity : SideLimits[bin]);
        var (all, found) = (0, 0);
        foreach (var image in Images)
        {
            foreach (var (box, i) in image.Source.Image.Boxes.Select((b, i) => (b, i)).Where(b => !b.b.Ignored))
            {
                var side = Math.Sqrt(box.Box.Area);
                if (side < from || side >= to) continue;
                all++;
                if (image.IsFound[i]) found++;
            }
        }
        return new(from, double.IsFinite(to) ? to : null, all, found);
    }

    /// <summary>
    /// Objects and detections of any class are paired by falling IoU above 0.5, each once. What has no pair is background on the other side.
    /// </summary>
    private static ConfusionMatrix ConfusionOf(IReadOnlyList<string> labels, IReadOnlyList<ImageMatches> images)
    {
        var (indices, size) = (labels.Index().ToDictionary(l => l.Item, l => l.Index, StringComparer.Ordinal), labels.Count + 1);
        var counts = new long[size * size];
        foreach (var image in images)
        {
            var (truths, found) = (image.Source.Image.Boxes, image.Shown);
            var pairs = truths.SelectMany((t, i) => found.Select((d, j) => (i, j, Iou: BoundingBox.IoU(t.Box, d.Box)))).Where(p => p.Iou > 0.5)
                .OrderByDescending(p => p.Iou);
            var (usedTruth, usedFound) = (new bool[truths.Count], new bool[found.Count]);
            foreach (var (i, j, _) in pairs)
            {
                if (usedTruth[i] || usedFound[j]) continue;
                (usedTruth[i], usedFound[j]) = (true, true);
                if (!truths[i].Ignored) counts[(indices[truths[i].Label] * size) + indices[found[j].Label]]++;
            }
            for (var i = 0; i < truths.Count; i++)
                if (!usedTruth[i] && !truths[i].Ignored) counts[(indices[truths[i].Label] * size) + size - 1]++;
            for (var j = 0; j < found.Count; j++)
                if (!usedFound[j]) counts[((size - 1) * size) + indices[found[j].Label]]++;
        }
        return new ConfusionMatrix([.. labels, "background"], counts);
    }
}

/// <summary>The recall of objects of one range of sizes.</summary>
/// <param name="From">The least side in pixels.</param>
/// <param name="To">The side in pixels that they are below; null: no limit.</param>
/// <param name="Objects">Their number.</param>
/// <param name="Found">How many of them were detected.</param>
internal readonly record struct SizeRecall(double From, double? To, int Objects, int Found);

/// <summary>How the detections of an image match its objects at a confidence threshold.</summary>
/// <param name="Source">The image.</param>
/// <param name="Shown">The detections at the threshold or above, best first.</param>
/// <param name="IsFound">Of each object, whether it was detected.</param>
/// <param name="FalsePositives">The number of detections without an object.</param>
internal sealed record ImageMatches(DetectedImage Source, IReadOnlyList<MlNetVision.Detection.Detection> Shown, bool[] IsFound, int FalsePositives)
{
    public int FalseNegatives => Source.Image.Boxes.Where((b, i) => !b.Ignored && !IsFound[i]).Count();

    public int Errors => FalseNegatives + FalsePositives;

    /// <summary>Each detection by falling score takes the free object of its class with the largest IoU of 0.5 or more.</summary>
    public static ImageMatches Of(DetectedImage image, float confidence)
    {
        MlNetVision.Detection.Detection[] shown = [.. image.Detections.Where(d => d.Score >= confidence).OrderByDescending(d => d.Score)];
        var boxes = image.Image.Boxes;
        var found = new bool[boxes.Count];
        var wrong = 0;
        foreach (var detection in shown)
        {
            var best = Enumerable.Range(0, boxes.Count).Where(i => boxes[i].Label == detection.Label && !found[i])
                .Select(i => (Index: i, Iou: BoundingBox.IoU(boxes[i].Box, detection.Box))).Where(p => p.Iou >= 0.5f)
                .OrderBy(p => boxes[p.Index].Ignored).ThenByDescending(p => p.Iou).Select(p => (int?)p.Index).FirstOrDefault();
            if (best is { } i) found[i] = true;
            else wrong++;
        }
        return new(image, shown, found, wrong);
    }
}

/// <summary>The metrics of a report as JSON.</summary>
internal static class DetectorMetricsJson
{
    public static string Of(DetectorReportContent content, DetectorResults? results, DetectorResults? before) => JsonText.Of(json =>
    {
        json.WriteStartObject();
        json.WriteString("title", content.Title);
        json.WriteStartObject("settings");
        foreach (var (name, value) in content.Settings) json.WriteString(name, value);
        json.WriteEndObject();
        json.WriteStrings("warnings", content.Warnings);
        json.WriteObjects("epochs", content.Epochs, Write);
        json.WriteMetric("modelEpoch", content.ModelEpoch);
        Write(json, "validation", results);
        Write(json, "before", before);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, string name, DetectorResults? results)
    {
        if (results is null) return;
        json.WriteStartObject(name);
        json.WritePropertyName("metrics");
        json.WriteRawValue(results.Evaluation.ToJson());
        json.WriteObjects("best", results.Evaluation.PerClass, (writer, c) =>
        {
            var best = DetectorResults.BestOf(c);
            writer.WriteString("label", c.Label);
            writer.WriteMetric("f1", best is { } point ? DetectorResults.F1(point) : null);
            writer.WriteMetric("confidence", best?.Score);
        });
        json.WriteStrings("confusionLabels", results.Confusion.Labels);
        json.WriteStartArray("confusion");
        for (var row = 0; row < results.Confusion.Labels.Count; row++)
        {
            json.WriteStartArray();
            for (var column = 0; column < results.Confusion.Labels.Count; column++) json.WriteNumberValue(results.Confusion[row, column]);
            json.WriteEndArray();
        }
        json.WriteEndArray();
        json.WriteObjects("recallBySize", results.Sizes, (writer, size) =>
        {
            writer.WriteNumber("from", size.From);
            writer.WriteMetric("to", size.To);
            writer.WriteNumber("objects", size.Objects);
            writer.WriteNumber("found", size.Found);
        });
        json.WriteObjects("images", results.Images.OrderByDescending(i => i.Errors).ThenBy(i => i.Source.Image.Id, StringComparer.Ordinal), (writer, image) =>
        {
            writer.WriteString("image", PortablePath.Of(image.Source.Image.Path));
            writer.WriteNumber("falseNegatives", image.FalseNegatives);
            writer.WriteNumber("falsePositives", image.FalsePositives);
        });
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, DetectorEpoch epoch)
    {
        json.WriteNumber("epoch", epoch.Epoch);
        json.WriteMetric("loss", Finite(epoch.Losses.Total));
        json.WriteMetric("box", Finite(epoch.Losses.Box));
        json.WriteMetric("objectness", Finite(epoch.Losses.Objectness));
        json.WriteMetric("noObject", Finite(epoch.Losses.NoObject));
        json.WriteMetric("class", Finite(epoch.Losses.Class));
        json.WriteMetric("prior", Finite(epoch.Losses.Prior));
        json.WriteMetric("mAP50", epoch.Map50);
        json.WriteMetric("mAP", epoch.Map);
        json.WriteNumber("learningRate", epoch.LearningRate);
        json.WriteNumber("seconds", epoch.Seconds);
    }

    /// <summary>JSON has no infinity and no NaN.</summary>
    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
