using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Classification;

/// <summary>How a classifier reads its model and its images, and what it answers. What is null is as the model says, or else the default given.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Stretch"/>; <see cref="Resampler.Area"/>, antialiased as Pillow's and TensorFlow's; input normalisation as
/// the published family does that the network is known to be of (<see cref="FeaturizerPreset.Of"/>), else <c>tf</c> (−1…1) for N×H×W×3 and <c>imagenet</c>
/// for N×3×H×W. Class names: numbers. ImageNet's 1,000 names serve networks of 1,001 classes too, whose first is the background, and the other way round.
/// </remarks>
public sealed record ImageClassifierOptions : VisionOptions
{
    /// <summary>The name of the output that holds the scores. Null: the only one.</summary>
    public string? Output { get; init; }

    /// <summary>
    /// Whether the scores go through a softmax. Null: as saved, else where the graph does not end in one, nor in logistic functions,
    /// nor in 8-bit numbers, which are probabilities already.
    /// </summary>
    public bool? Softmax { get; init; }

    /// <summary>How many classes an answer names, at least 1. Null: as saved, else 5.</summary>
    public int? Top { get; init; }
}
