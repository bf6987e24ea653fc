namespace MlNetVision.Detection.Evaluation;

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
