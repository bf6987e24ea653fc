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

    /// <summary>Classes of the data set that the model lacks. Their objects are false negatives, and their average precision (0) is part of the means.</summary>
    public IEnumerable<string> OnlyInData => PerClass.Where(c => !c.InModel).Select(c => c.Label);

    /// <summary>COCO's mAP at IoU 0.5: the mean of <see cref="ClassEvaluation.Ap50"/>; <see langword="null"/> where no class has ground truth.</summary>
    public double? Map50 => Mean(c => c.Ap50);

    /// <summary>COCO's mAP at IoU 0.75.</summary>
    public double? Map75 => Mean(c => c.Ap75);

    /// <summary>COCO's mAP over IoU 0.5 to 0.95 in steps of 0.05.</summary>
    public double? Map => Mean(c => c.Ap);

    /// <summary>Pascal VOC 2007's mAP (11 points, IoU 0.5).</summary>
    public double? Voc2007Map => Mean(c => c.Voc2007Ap);

    /// <summary>Pascal VOC's mAP from 2010 on (area under the curve, IoU 0.5).</summary>
    public double? Voc2010Map => Mean(c => c.Voc2010Ap);

    /// <summary>Counts over all classes, with micro-averaged precision and recall.</summary>
    public DetectionCounts Counts => PerClass.Aggregate(default(DetectionCounts), (sum, c) => sum + c.Counts);

    private double? Mean(Func<ClassEvaluation, double?> figure) => PerClass.Average(figure);
}
