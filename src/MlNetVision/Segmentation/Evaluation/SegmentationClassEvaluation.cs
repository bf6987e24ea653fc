namespace MlNetVision.Segmentation.Evaluation;

/// <summary>How well one class was segmented, over the pixels of all images together; ignored pixels count nowhere.</summary>
/// <param name="Index">The 0-based index of the class.</param>
/// <param name="Label">Its name.</param>
/// <param name="Truth">Pixels that are of the class.</param>
/// <param name="Predicted">Pixels that were given the class.</param>
/// <param name="Correct">Pixels that are both: true positives, the intersection.</param>
/// <param name="IsIgnored">Whether the class is the ignored one: it has no figures then, but giving it where another class is true is an error of that one.</param>
public sealed record SegmentationClassEvaluation(int Index, string Label, long Truth, long Predicted, long Correct, bool IsIgnored = false)
{
    /// <summary>Pixels that are of the class or were given it.</summary>
    public long Union => Truth + Predicted - Correct;

    /// <summary>
    /// Intersection over union (Jaccard's index), 0 to 1; <see langword="null"/> where the class is neither in the truth nor in the prediction.
    /// A class that was given and is never true has 0.
    /// </summary>
    public double? IoU => Ratio(Correct, Union);

    /// <summary>The part of the class's pixels that was found (recall), 0 to 1; <see langword="null"/> where the class is not in the truth.</summary>
    public double? Accuracy => Ratio(Correct, Truth);

    /// <summary>The part of the pixels given the class that are of it, 0 to 1; <see langword="null"/> where none was given it.</summary>
    public double? Precision => Ratio(Correct, Predicted);

    /// <summary>Dice's coefficient (F1), 2 · correct / (truth + predicted), 0 to 1; <see langword="null"/> where <see cref="IoU"/> is.</summary>
    public double? Dice => Ratio(2 * Correct, Truth + Predicted);

    private double? Ratio(long part, long whole) => IsIgnored || whole == 0 ? null : (double)part / whole;
}
