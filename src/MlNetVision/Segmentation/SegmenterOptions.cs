using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>How a segmenter reads its model and its images, and what its masks are. What is null is as the model says, or else the default given.</summary>
public sealed record SegmenterOptions
{
    /// <summary>How an image is brought to the network's size. Null: as the model says, else <see cref="ResizeMode.Stretch"/>.</summary>
    public ResizeMode? Resize { get; init; }

    /// <summary>The resampler. Null: as saved, else <see cref="Imaging.Resampler.Area"/>, antialiased as Pillow's and TensorFlow's.</summary>
    public Resampler? Resampler { get; init; }

    /// <summary>The colour beside a letterboxed image. Null: as saved, else grey (127).</summary>
    public RgbColor? PadColor { get; init; }

    /// <summary>
    /// The name of the pre-processing (see <see cref="PixelNormalization.Parse"/>). Null: as the model says; else by the published
    /// conventions <c>tf</c> (−1…1) for float N×H×W×3, as TensorFlow's DeepLab, and <c>imagenet</c> for float N×3×H×W, as torchvision's.
    /// Integer inputs take raw values.
    /// </summary>
    public string? Preprocess { get; init; }

    /// <summary>A file with the class names, one a line. Null: those in the model; else, of 21 classes, those of Pascal VOC; else numbers.</summary>
    public string? LabelsFile { get; init; }

    /// <summary>The name of the output that holds the classes. Null: the only one, or the one called <c>out</c>.</summary>
    public string? Output { get; init; }

    /// <summary>What that output holds. Null: read from its type and shape; what could be read in two ways is an error.</summary>
    public SegmentationForm? Form { get; init; }

    /// <summary>How the answer becomes a mask of the image's size. Null: as saved, else <see cref="MaskUpsampling.Scores"/>.</summary>
    public MaskUpsampling? Upsampling { get; init; }

    /// <summary>Whether masks stay at the size of the network's output, padding included. Null: as saved, else false.</summary>
    public bool? AtNetworkSize { get; init; }

    /// <summary>Whether masks carry a confidence for each pixel. Null: as saved, else false.</summary>
    public bool? WithConfidence { get; init; }

    /// <summary>
    /// Whether an image larger than the network's input is segmented at its own size in windows, blended where they overlap, and not
    /// resized; smaller ones are resized as ever. Default: false. Pipelines of ML.NET run a network once a row and refuse it.
    /// </summary>
    public bool Windows { get; init; }

    /// <summary>What an image file may ask for. Null: the defaults of <see cref="ImageLimits"/>.</summary>
    public ImageLimits? Limits { get; init; }

    /// <summary>How many threads work, at least 1. 0 takes as many as there are processors. Default: 0.</summary>
    public int Threads { get; init; }
}
