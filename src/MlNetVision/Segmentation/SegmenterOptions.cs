using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Segmentation;

/// <summary>How a segmenter reads its model and its images, and what its masks hold. Null: as the model states, else the default given.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Stretch"/>; <see cref="Resampler.Area"/>, antialiased as Pillow's and TensorFlow's; input normalisation by
/// the published conventions: <c>tf</c> (−1…1) for float N×H×W×3, as TensorFlow's DeepLab, and <c>imagenet</c> for float N×3×H×W, as torchvision's. Class
/// names: of 21 classes those of Pascal VOC, else numbers.
/// </remarks>
public sealed record SegmenterOptions : VisionOptions
{
    /// <summary>The name of the output that holds the classes. Null: the only one, or the one called <c>out</c>.</summary>
    public string? Output { get; init; }

    /// <summary>The form of that output. Null: from its type and shape; an ambiguity is an error.</summary>
    public SegmentationForm? Form { get; init; }

    /// <summary>How the output is upsampled to the image's size. Null: as saved, else <see cref="MaskUpsampling.Scores"/>.</summary>
    public MaskUpsampling? Upsampling { get; init; }

    /// <summary>Whether masks stay at the size of the network's output, padding included. Null: as saved, else false.</summary>
    public bool? AtNetworkSize { get; init; }

    /// <summary>Whether masks carry a confidence for each pixel. Null: as saved, else false.</summary>
    public bool? WithConfidence { get; init; }

    /// <summary>
    /// Whether an image larger than the network's input is segmented at its own size in windows, blended where they overlap, and not
    /// resized; smaller ones are resized. Default: false. Pipelines of ML.NET run a network once per row and refuse it.
    /// </summary>
    public bool Windows { get; init; }
}
