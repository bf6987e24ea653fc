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
        [.. Confusion.Labels.Select((label, i) => new SegmentationClassEvaluation(i, label, Confusion.Truth(i), Confusion.Predicted(i), Confusion[i, i], i == Ignore))];

    /// <summary>The mean of <see cref="SegmentationClassEvaluation.IoU"/> over the classes that have one: those in the ground truth or in the prediction.</summary>
    public double? MeanIoU => PerClass.Average(c => c.IoU);

    /// <summary>The part of the pixels that were predicted correctly.</summary>
    public double? PixelAccuracy => Pixels > 0 ? (double)Confusion.Correct / Pixels : null;

    /// <summary>The mean of <see cref="SegmentationClassEvaluation.Accuracy"/> over the classes that have one: those in the ground truth.</summary>
    public double? MeanAccuracy => PerClass.Average(c => c.Accuracy);

    /// <summary>The mean of the classes' IoU, weighted by their pixels in the ground truth.</summary>
    public double? FrequencyWeightedIoU => Pixels > 0 ? PerClass.Sum(c => c.IoU * c.Truth) / Pixels : null;
}
