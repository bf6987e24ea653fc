using MlNetVision.Evaluation;

namespace MlNetVision.Segmentation.Evaluation;

/// <summary>The metrics of a segmenter. See <see cref="SegmentationEvaluator"/> for the rules.</summary>
/// <remarks>
/// The four metrics are those of Long, Shelhamer and Darrell, "Fully Convolutional Networks for Semantic Segmentation" (2015), section 5,
/// taken from one confusion matrix over the pixels of all images, not as means of images.
/// Each is <see langword="null"/> where no pixel was counted.
/// </remarks>
public sealed partial record SegmentationEvaluation
{
    /// <summary>The number of images.</summary>
    public required int Images { get; init; }

    /// <summary>The ignored index of the ground truth; <see langword="null"/>: none.</summary>
    public required byte? Ignore { get; init; }

    /// <summary>Pixels that are not counted because their ground truth is <see cref="Ignore"/>.</summary>
    public required long IgnoredPixels { get; init; }

    /// <summary>The pixels that were counted.</summary>
    public required ConfusionMatrix Confusion { get; init; }

    /// <summary>Pixels that were counted.</summary>
    public long Pixels => Confusion.Total;

    /// <summary>Every class, by index.</summary>
    public IReadOnlyList<SegmentationClassEvaluation> PerClass =>
        [.. Confusion.Labels.Select(
            (label, i) => new SegmentationClassEvaluation(i, label, Confusion.Truth(i), Confusion.Predicted(i), Confusion[i, i], i == Ignore))];

    /// <summary>
    /// The mean of <see cref="SegmentationClassEvaluation.IoU"/> over the classes that have one: those in the ground truth or in the
    /// prediction.
    /// </summary>
    public double? MeanIoU => PerClass.Average(c => c.IoU);

    /// <summary>The part of the pixels that were predicted correctly.</summary>
    public double? PixelAccuracy => Pixels > 0 ? (double)Confusion.Correct / Pixels : null;

    /// <summary>The mean of <see cref="SegmentationClassEvaluation.Accuracy"/> over the classes that have one: those in the ground truth.</summary>
    public double? MeanAccuracy => PerClass.Average(c => c.Accuracy);

    /// <summary>The mean of the classes' IoU, weighted by their pixels in the ground truth.</summary>
    public double? FrequencyWeightedIoU => Pixels > 0 ? PerClass.Sum(c => c.IoU * c.Truth) / Pixels : null;
}

/// <summary>The metrics of one class over the pixels of all images; ignored pixels are not counted.</summary>
/// <param name="Index">The 0-based index of the class.</param>
/// <param name="Label">Its name.</param>
/// <param name="Truth">Pixels of the class in the ground truth.</param>
/// <param name="Predicted">Pixels predicted as the class.</param>
/// <param name="Correct">Pixels that are both: true positives, the intersection.</param>
/// <param name="IsIgnored">
/// Whether the class is the ignored one: it has no metrics, but predicting it where another class is true is an error of that class.
/// </param>
public sealed record SegmentationClassEvaluation(int Index, string Label, long Truth, long Predicted, long Correct, bool IsIgnored = false)
{
    /// <summary>The union: pixels of the class in the ground truth or the prediction.</summary>
    public long Union => Truth + Predicted - Correct;

    /// <summary>
    /// Intersection over union (Jaccard's index), 0 to 1; <see langword="null"/> where the class is neither in the ground truth nor in the
    /// prediction. A class that is predicted and never true has 0.
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
