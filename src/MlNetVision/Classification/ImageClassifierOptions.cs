using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Classification;

/// <summary>How a classifier reads its model and its images, and what a result holds. Null: as the model states, else the default given.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Stretch"/>; <see cref="Resampler.Area"/>, antialiased as Pillow's and TensorFlow's; input normalisation as
/// the published family that the network belongs to (<see cref="FeaturizerPreset.Of"/>), else <c>tf</c> (−1…1) for N×H×W×3 and <c>imagenet</c>
/// for N×3×H×W. Class names: numbers. ImageNet's 1,000 names also serve networks of 1,001 classes, whose first is the background, and vice versa.
/// </remarks>
public sealed record ImageClassifierOptions : VisionOptions
{
    /// <summary>The name of the output that holds the scores. Null: the only one.</summary>
    public string? Output { get; init; }

    /// <summary>
    /// Whether the scores go through a softmax. Null: as saved, else unless the graph ends in a softmax, in logistic functions
    /// or in 8-bit numbers, which are probabilities already.
    /// </summary>
    public bool? Softmax { get; init; }

    /// <summary>How many classes a result names, at least 1. Null: as saved, else 5.</summary>
    public int? Top { get; init; }
}
