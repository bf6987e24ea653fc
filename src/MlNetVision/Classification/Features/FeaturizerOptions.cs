using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Classification;

/// <summary>Where a network is cut, and how it reads images. Null: as the model states, else as its <see cref="FeaturizerPreset"/> states.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Stretch"/>; <see cref="Resampler.Area"/>, antialiased as Pillow's; a size of <see cref="DefaultSize"/> where
/// nothing states one; input normalisation as <see cref="Preset"/> where it is given, else as the model says, else as the preset that fits.
/// </remarks>
public sealed record FeaturizerOptions : VisionOptions
{
    /// <summary>The side of the input where neither the network nor its metadata states one, in pixels: 224.</summary>
    public const int DefaultSize = 224;

    /// <summary>
    /// The layer or tensor to cut at, such as <c>block5_pool</c>. Null: the last pooling; in networks whose classes are
    /// scored by a convolution before the last pooling, as in SqueezeNet, what that convolution reads.
    /// </summary>
    public string? Cut { get; init; }

    /// <summary>How a feature map becomes a vector. Default: <see cref="FeaturePooling.GlobalAverage"/>. A layer without positions is used as it is.</summary>
    public FeaturePooling Pooling { get; init; }

    /// <summary>The name of one of <see cref="FeaturizerPreset.All"/>. Null: the one that fits the network.</summary>
    public string? Preset { get; init; }
}
