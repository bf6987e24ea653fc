namespace MlNetVision.Detection.Evaluation;

/// <summary>The metrics of one class. Averages are <see langword="null"/> for a class without ground truth: they are undefined and not part of means.</summary>
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

    /// <summary>Pascal VOC 2007's average precision at IoU 0.5: the mean of the best precision at 11 recalls.</summary>
    public required double? Voc2007Ap { get; init; }

    /// <summary>Pascal VOC's average precision from 2010 on at IoU 0.5: the area under the monotonous curve.</summary>
    public required double? Voc2010Ap { get; init; }

    /// <summary>Counts at the confidence threshold.</summary>
    public required DetectionCounts Counts { get; init; }

    /// <summary>Precision and recall after each detection by falling score (IoU 0.5); empty without ground truth.</summary>
    public required IReadOnlyList<PrecisionRecallPoint> Curve { get; init; }
}
