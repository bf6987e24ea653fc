namespace MlNetVision.Detection.Evaluation;

/// <summary>What <see cref="DetectionEvaluator.Evaluate(DetectionEvaluationOptions)"/> reports beside average precision.</summary>
public sealed record DetectionEvaluationOptions
{
    /// <summary>
    /// The score from which a detection counts in precision, recall and the counts; 0 to 1, default 0.25 as <see cref="DetectionOptions"/> has it.
    /// Average precision looks at all detections: let the detector return those of small scores (0.005, say) too.
    /// </summary>
    public float Confidence { get; init; } = 0.25f;

    /// <summary>
    /// The most detections that count in one image for one class, those of the highest scores: COCO's <c>maxDets</c>, default 100.
    /// Pascal VOC's figures know no such bound.
    /// </summary>
    public int MaxDetections { get; init; } = 100;

    internal void Validate()
    {
        if (!(Confidence is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(Confidence), Confidence, "The confidence is a number from 0 to 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxDetections, 1);
    }
}
