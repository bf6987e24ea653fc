namespace MlNetVision.Segmentation.Evaluation;

/// <summary>The metrics of one class over the pixels of all images; ignored pixels are not counted.</summary>
/// <param name="Index">The 0-based index of the class.</param>
/// <param name="Label">Its name.</param>
/// <param name="Truth">Pixels of the class in the ground truth.</param>
/// <param name="Predicted">Pixels predicted as the class.</param>
/// <param name="Correct">Pixels that are both: true positives, the intersection.</param>
/// <param name="IsIgnored">Whether the class is the ignored one: it has no metrics, but predicting it where another class is true is an error of that class.</param>
public sealed record SegmentationClassEvaluation(int Index, string Label, long Truth, long Predicted, long Correct, bool IsIgnored = false)
{
    /// <summary>The union: pixels of the class in the ground truth or the prediction.</summary>
    public long Union => Truth + Predicted - Correct;

    /// <summary>
    /// Intersection over union (Jaccard's index), 0 to 1; <see langword="null"/> where the class is neither in the ground truth nor in the prediction.
    /// A class that is predicted and never true has 0.
    /// </summary>
    public double? IoU => Ratio(Correct, Union);

    /// <summary>Recall: correct / truth, 0 to 1; <see langword="null"/> where the class is not in the ground truth.</summary>
    public double? Accuracy => Ratio(Correct, Truth);

    /// <summary>Precision: correct / predicted, 0 to 1; <see langword="null"/> where the class was never predicted.</summary>
    public double? Precision => Ratio(Correct, Predicted);

    /// <summary>Dice's coefficient (F1), 2 · correct / (truth + predicted), 0 to 1; <see langword="null"/> where <see cref="IoU"/> is.</summary>
    public double? Dice => Ratio(2 * Correct, Truth + Predicted);

    private double? Ratio(long part, long whole) => IsIgnored || whole == 0 ? null : (double)part / whole;
}
