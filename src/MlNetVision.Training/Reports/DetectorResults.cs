using MlNetVision.Data;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Evaluation;

namespace MlNetVision.Training;

/// <summary>The metrics of one detector on the validation images.</summary>
internal sealed class DetectorResults
{
    /// <summary>The least sides of objects in pixels of the image, each twice the one before.</summary>
    private static readonly double[] Sides = [0, 16, 32, 64, 128, 256, 512];

    private DetectorResults(
        IReadOnlyList<string> labels, DetectionEvaluation evaluation, IReadOnlyList<ConfidenceCurve> curves, ConfidenceCurve? mean,
        IReadOnlyList<ImageMatches> images)
    {
        (Evaluation, Curves, Mean, Images) = (evaluation, curves, mean, images);
        Confusion = DetectionMatches.Confusion(labels, images.Select(i => i.Matches));
        Sizes = [.. Sides.Select((side, i) => SizeRecall.Of(labels, images, side, i + 1 < Sides.Length ? Sides[i + 1] : null)).Where(s => s.Objects > 0)];
        Worst = [.. images.Where(i => i.Errors > 0).OrderByDescending(i => i.Errors).ThenBy(i => i.Image.Id, StringComparer.Ordinal)];
    }

    /// <summary>The threshold of the counts.</summary>
    public float Confidence => Evaluation.Confidence;

    public DetectionEvaluation Evaluation { get; }

    /// <summary>Precision, recall and F1 of each class over the threshold.</summary>
    public IReadOnlyList<ConfidenceCurve> Curves { get; }

    /// <summary>The mean over classes with ground truth; null: there are none.</summary>
    public ConfidenceCurve? Mean { get; }

    public IReadOnlyList<ImageMatches> Images { get; }

    /// <summary>The images with errors, those with the most first.</summary>
    public IReadOnlyList<ImageMatches> Worst { get; }

    /// <summary>The classes, and the background as the last of them.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>Recall by the size of objects; no sizes without objects.</summary>
    public IReadOnlyList<SizeRecall> Sizes { get; }

    /// <summary>Works out the metrics.</summary>
    /// <param name="labels">The classes.</param>
    /// <param name="images">The images, at least one.</param>
    /// <param name="confidence">The threshold; null: the one of the highest mean F1.</param>
    public static DetectorResults Of(IReadOnlyList<string> labels, IReadOnlyList<DetectedImage> images, float? confidence)
    {
        var evaluator = new DetectionEvaluator(labels);
        foreach (var image in images) evaluator.Add(image.Image.Id, [.. image.Detections], [.. image.Image.Boxes]);
        var curves = evaluator.Evaluate().PerClass.Select(ConfidenceCurve.Of).ToList();
        var mean = ConfidenceCurve.MeanOf(curves);
        var threshold = confidence ?? mean?.Best?.Confidence ?? new DetectionEvaluationOptions().Confidence;
        return new(labels, evaluator.Evaluate(new() { Confidence = threshold }), curves, mean,
            [.. images.Select(i => new ImageMatches(i.Image, DetectionMatches.Of(i.Detections, i.Image.Boxes, threshold)))]);
    }
}

/// <summary>The precision, recall and F1 of a class over the confidence threshold, at 0.001, 0.002, … 1.</summary>
/// <param name="Label">The class.</param>
/// <param name="Points">The points by rising threshold; empty without ground truth.</param>
internal sealed record ConfidenceCurve(string Label, IReadOnlyList<ConfidencePoint> Points)
{
    private const int Steps = 1000;

    /// <summary>
    /// The point of the highest F1: of several thresholds in a row, the middle one, which is the furthest from other results. Null where nothing is found.
    /// </summary>
    public ConfidencePoint? Best { get; } = BestOf(Points);

    public static ConfidenceCurve Of(ClassEvaluation c)
    {
        if (c.Counts.Truth == 0) return new(c.Label, []);
        var points = new ConfidencePoint[Steps];
        // The last point at the threshold or above has all detections that count.
        var last = c.Curve.Count - 1;
        for (var i = 1; i <= Steps; i++)
        {
            var threshold = (float)i / Steps;
            while (last >= 0 && c.Curve[last].Score < threshold) last--;
            points[i - 1] = last < 0 ? new(threshold, null, 0, 0)
                : new(threshold, c.Curve[last].Precision, c.Curve[last].Recall, F1(c.Curve[last].Precision, c.Curve[last].Recall));
        }
        return new(c.Label, points);
    }

    /// <summary>The mean over classes with ground truth. Precision is the mean over those that have one.</summary>
    public static ConfidenceCurve? MeanOf(IReadOnlyList<ConfidenceCurve> classes)
    {
        var drawn = classes.Where(c => c.Points.Count > 0).ToList();
        return drawn.Count == 0 ? null : new("mean", [.. Enumerable.Range(0, Steps).Select(i => new ConfidencePoint(
            drawn[0].Points[i].Confidence, drawn.Average(c => c.Points[i].Precision), drawn.Average(c => c.Points[i].Recall), drawn.Average(c => c.Points[i].F1)))]);
    }

    private static double F1(double precision, double recall) => precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;

    private static ConfidencePoint? BestOf(IReadOnlyList<ConfidencePoint> points)
    {
        if (points.Count == 0 || points.Max(p => p.F1) is not (> 0 and var most)) return null;
        var first = Enumerable.Range(0, points.Count).First(i => points[i].F1 == most);
        var count = points.Skip(first).TakeWhile(p => p.F1 == most).Count();
        return points[first + ((count - 1) / 2)];
    }
}

/// <summary>Metrics at a confidence threshold.</summary>
/// <param name="Confidence">The threshold.</param>
/// <param name="Precision">The precision; null without detections.</param>
/// <param name="Recall">The recall.</param>
/// <param name="F1">Their harmonic mean.</param>
internal readonly record struct ConfidencePoint(float Confidence, double? Precision, double Recall, double F1);

/// <summary>An image and how its detections match its objects.</summary>
/// <param name="Image">The image.</param>
/// <param name="Matches">The matches.</param>
internal sealed record ImageMatches(AnnotatedImage Image, DetectionMatches Matches)
{
    public int Errors => Matches.FalseNegatives + Matches.FalsePositives;
}

/// <summary>The recall of objects of one range of sizes.</summary>
/// <param name="From">The least side in pixels: the root of the area.</param>
/// <param name="To">The side in pixels that they are below; null: no limit.</param>
/// <param name="Classes">The objects and those found of each class.</param>
internal sealed record SizeRecall(double From, double? To, IReadOnlyList<(int Objects, int Found)> Classes)
{
    public int Objects => Classes.Sum(c => c.Objects);

    public int Found => Classes.Sum(c => c.Found);

    public static SizeRecall Of(IReadOnlyList<string> labels, IReadOnlyList<ImageMatches> images, double from, double? to)
    {
        var objects = images.SelectMany(i => i.Matches.Objects).Where(o => !o.Object.Ignored && Side(o.Object) is var side && side >= from && !(side >= to))
            .ToLookup(o => o.Object.Label, StringComparer.Ordinal);
        return new(from, to, [.. labels.Select(l => (objects[l].Count(), objects[l].Count(o => o.IsFound)))]);
    }

    /// <summary>As COCO measures objects: by the area that the annotation states, else by that of the box.</summary>
    private static double Side(GroundTruthBox item) => Math.Sqrt(item.Area ?? item.Box.Area);
}
