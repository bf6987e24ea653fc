namespace MlNetVision.Detection.Evaluation;

/// <summary>Counts of detections from a confidence on, matched at IoU 0.5 by COCO's rules.</summary>
/// <param name="Truth">Objects to be found: those that are neither difficult nor a crowd.</param>
/// <param name="Ignored">Objects marked as difficult or as a crowd.</param>
/// <param name="Detections">Detections from the confidence on, without those that fell on ignored objects.</param>
/// <param name="TruePositives">Detections that found an object.</param>
public readonly record struct DetectionCounts(int Truth, int Ignored, int Detections, int TruePositives)
{
    /// <summary>Detections that found none, or one already found.</summary>
    public int FalsePositives => Detections - TruePositives;

    /// <summary>Objects that were not found.</summary>
    public int FalseNegatives => Truth - TruePositives;

    /// <summary>True positives over detections; <see langword="null"/> where nothing was detected.</summary>
    public double? Precision => Detections > 0 ? (double)TruePositives / Detections : null;

    /// <summary>True positives over truth; <see langword="null"/> where there was nothing to find.</summary>
    public double? Recall => Truth > 0 ? (double)TruePositives / Truth : null;

    /// <summary>Adds the counts of two classes.</summary>
    public static DetectionCounts operator +(DetectionCounts a, DetectionCounts b) => a.Add(b);

    /// <summary>Adds the counts of another class.</summary>
    public DetectionCounts Add(DetectionCounts other) =>
        new(Truth + other.Truth, Ignored + other.Ignored, Detections + other.Detections, TruePositives + other.TruePositives);
}
