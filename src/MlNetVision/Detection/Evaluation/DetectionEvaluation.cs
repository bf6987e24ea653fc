namespace MlNetVision.Detection.Evaluation;

/// <summary>The metrics of a detector. See <see cref="DetectionEvaluator"/> for the rules.</summary>
public sealed partial record DetectionEvaluation
{
    /// <summary>The number of images.</summary>
    public required int Images { get; init; }

    /// <summary>The confidence threshold of <see cref="Counts"/>, precision and recall.</summary>
    public required float Confidence { get; init; }

    /// <summary>Every class of the data set, in its order.</summary>
    public required IReadOnlyList<ClassEvaluation> PerClass { get; init; }

    /// <summary>Classes of the model that the data set lacks. Their detections are not evaluated.</summary>
    public required IReadOnlyList<string> OnlyInModel { get; init; }

    /// <summary>Detections (of any score) of classes that the data set lacks.</summary>
    public required int Unjudged { get; init; }

    /// <summary>
    /// Classes of the data set that the model lacks. Their objects are false negatives, and their average precision (0) is part of the means.
    /// </summary>
    public IEnumerable<string> OnlyInData => PerClass.Where(c => !c.InModel).Select(c => c.Label);

    /// <summary>
    /// COCO's mAP at IoU 0.5: the mean of <see cref="ClassEvaluation.Ap50"/>; <see langword="null"/> where no class has ground truth.
    /// </summary>
    public double? Map50 => Mean(c => c.Ap50);

    /// <summary>COCO's mAP at IoU 0.75.</summary>
    public double? Map75 => Mean(c => c.Ap75);

    /// <summary>COCO's mAP over IoU 0.5 to 0.95 in steps of 0.05.</summary>
    public double? Map => Mean(c => c.Ap);

    /// <summary>All twelve metrics of COCO, as means over the classes: also by the size of objects, and average recall.</summary>
    public CocoMetrics Coco => CocoMetrics.Mean([.. PerClass.Select(c => c.Coco)]);

    /// <summary>The same by masks; <see langword="null"/> where the ground truth has no outlines, or no detection has a mask.</summary>
    public CocoMetrics? Mask => PerClass.Any(c => c.Mask is not null) ? CocoMetrics.Mean([.. PerClass.Select(c => c.Mask!)]) : null;

    /// <summary>Pascal VOC 2007's mAP (11 points, IoU 0.5).</summary>
    public double? Voc2007Map => Mean(c => c.Voc2007Ap);

    /// <summary>Pascal VOC's mAP from 2010 on (area under the curve, IoU 0.5).</summary>
    public double? Voc2010Map => Mean(c => c.Voc2010Ap);

    /// <summary>Counts over all classes, with micro-averaged precision and recall.</summary>
    public DetectionCounts Counts => PerClass.Aggregate(default(DetectionCounts), (sum, c) => sum + c.Counts);

    private double? Mean(Func<ClassEvaluation, double?> figure) => PerClass.Average(figure);
}

/// <summary>
/// The metrics of one class. Averages are <see langword="null"/> for a class without ground truth: they are undefined and not part of means.
/// </summary>
public sealed record ClassEvaluation
{
    /// <summary>The class.</summary>
    public required string Label { get; init; }

    /// <summary>Whether the model has the class; if not, its objects are false negatives.</summary>
    public required bool InModel { get; init; }

    /// <summary>
    /// COCO's average precision (101 points) at each of <see cref="DetectionEvaluator.IoUThresholds"/>, 0.5 to 0.95;
    /// <see langword="null"/> without ground truth.
    /// </summary>
    public required IReadOnlyList<double>? ApByIoU { get; init; }

    /// <summary>COCO's average precision at IoU 0.5.</summary>
    public double? Ap50 => ApByIoU?[0];

    /// <summary>COCO's average precision at IoU 0.75.</summary>
    public double? Ap75 => ApByIoU?[5];

    /// <summary>COCO's average precision, the mean over IoU 0.5 to 0.95.</summary>
    public double? Ap => ApByIoU?.Average();

    /// <summary>All twelve metrics of COCO.</summary>
    public required CocoMetrics Coco { get; init; }

    /// <summary>The same by masks; <see langword="null"/> where the data set has no outlines, or no detection has a mask.</summary>
    public CocoMetrics? Mask { get; init; }

    /// <summary>Pascal VOC 2007's average precision at IoU 0.5: the mean of the best precision at 11 recalls.</summary>
    public required double? Voc2007Ap { get; init; }

    /// <summary>Pascal VOC's average precision from 2010 on at IoU 0.5: the area under the monotonous curve.</summary>
    public required double? Voc2010Ap { get; init; }

    /// <summary>Counts at the confidence threshold.</summary>
    public required DetectionCounts Counts { get; init; }

    /// <summary>Precision and recall after each detection by falling score (IoU 0.5); empty without ground truth.</summary>
    public required IReadOnlyList<PrecisionRecallPoint> Curve { get; init; }
}

/// <summary>Counts of detections at a confidence threshold, matched at IoU 0.5 by COCO's rules.</summary>
/// <param name="Truth">Objects of the ground truth that are neither difficult nor a crowd.</param>
/// <param name="Ignored">Objects annotated as difficult or as a crowd.</param>
/// <param name="Detections">Detections at the threshold or above, without those matched with ignored objects.</param>
/// <param name="TruePositives">Detections matched with an object.</param>
public readonly record struct DetectionCounts(int Truth, int Ignored, int Detections, int TruePositives)
{
    /// <summary>Detections without a match, or of an object already matched.</summary>
    public int FalsePositives => Detections - TruePositives;

    /// <summary>Objects without a match.</summary>
    public int FalseNegatives => Truth - TruePositives;

    /// <summary>Precision: true positives / detections; <see langword="null"/> without detections.</summary>
    public double? Precision => Detections > 0 ? (double)TruePositives / Detections : null;

    /// <summary>Recall: true positives / ground truth; <see langword="null"/> without ground truth.</summary>
    public double? Recall => Truth > 0 ? (double)TruePositives / Truth : null;

    /// <summary>Adds the counts of two classes.</summary>
    public static DetectionCounts operator +(DetectionCounts a, DetectionCounts b) => a.Add(b);

    /// <summary>Adds the counts of another class.</summary>
    public DetectionCounts Add(DetectionCounts other) =>
        new(Truth + other.Truth, Ignored + other.Ignored, Detections + other.Detections, TruePositives + other.TruePositives);
}
