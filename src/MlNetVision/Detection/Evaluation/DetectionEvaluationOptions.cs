namespace MlNetVision.Detection.Evaluation;

/// <summary>The options of <see cref="DetectionEvaluator.Evaluate(DetectionEvaluationOptions)"/>.</summary>
public sealed record DetectionEvaluationOptions
{
    /// <summary>
    /// The confidence threshold of precision, recall and the counts; 0 to 1, default 0.25 as in <see cref="DetectionOptions"/>.
    /// Average precision uses all detections: run the detector with a low threshold, such as 0.005.
    /// </summary>
    public float Confidence { get; init; } = 0.25f;

    /// <summary>
    /// The most detections per image and class, those of the highest scores: COCO's <c>maxDets</c>, default 100.
    /// Pascal VOC's metrics have no such limit.
    /// </summary>
    public int MaxDetections { get; init; } = 100;

    internal void Validate()
    {
        if (!(Confidence is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(Confidence), Confidence, "The confidence threshold is a number from 0 to 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDetections, 1);
    }
}
