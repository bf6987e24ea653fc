using MlNetVision.Imaging;

namespace MlNetVision.Classification;

/// <summary>Where a network is cut, and how it reads images. What is null is as the model says, or else as its <see cref="FeaturizerPreset"/> does.</summary>
public sealed record FeaturizerOptions
{
    /// <summary>The side of the input where neither the network nor its metadata states one, in pixels: 224.</summary>
    public const int DefaultSize = 224;

    /// <summary>
    /// The layer or tensor to cut at, such as <c>block5_pool</c>. Null: the last pooling; in networks whose classes are
    /// scored by a convolution before the last pooling, as in SqueezeNet, what that convolution reads.
    /// </summary>
    public string? Cut { get; init; }

    /// <summary>How a map becomes a row. Default: <see cref="FeaturePooling.GlobalAverage"/>. A layer without positions is taken as it is.</summary>
    public FeaturePooling Pooling { get; init; }

    /// <summary>The name of one of <see cref="FeaturizerPreset.All"/>. Null: the one that fits the network.</summary>
    public string? Preset { get; init; }

    /// <summary>The name of the pre-processing (see <see cref="PixelNormalization.Parse"/>). Null: as <see cref="Preset"/> where it is given, else as the model says, else as the preset that fits. Integer inputs take raw values.</summary>
    public string? Preprocess { get; init; }

    /// <summary>Width and height of the input in pixels, at least 1, for networks that leave them free. Null: as the metadata <c>imgsz</c> says, else <see cref="DefaultSize"/>.</summary>
    public int? Size { get; init; }

    /// <summary>How an image is brought to the network's size. Null: as the model says, else <see cref="ResizeMode.Stretch"/>.</summary>
    public ResizeMode? Resize { get; init; }

    /// <summary>The resampler. Null: as saved, else <see cref="Imaging.Resampler.Area"/>, antialiased as Pillow's.</summary>
    public Resampler? Resampler { get; init; }

    /// <summary>The colour beside a letterboxed image. Null: as saved, else grey (127).</summary>
    public RgbColor? PadColor { get; init; }

    /// <summary>What an image file may ask for. Null: the defaults of <see cref="ImageLimits"/>.</summary>
    public ImageLimits? Limits { get; init; }

    /// <summary>How many threads work, at least 1. 0 takes as many as there are processors. Default: 0.</summary>
    public int Threads { get; init; }
}
