using MlNetVision.Imaging;

namespace MlNetVision.Detection;

/// <summary>How a detector reads its model and its images. What is null is as the model says, or else the default given.</summary>
public sealed record ObjectDetectorOptions
{
    /// <summary>Thresholds, class lists and non-maximum suppression. Null: those saved with a <c>.zip</c>, else the defaults of <see cref="DetectionOptions"/>.</summary>
    public DetectionOptions? Detection { get; init; }

    /// <summary>Changes the settings that <see cref="Detection"/> or the model gives, for a caller who replaces only some of them. Null: nothing is changed.</summary>
    public Func<DetectionOptions, DetectionOptions>? Adjust { get; init; }

    /// <summary>How an image is brought to the network's size. Null: as the model says, else <see cref="ResizeMode.Letterbox"/>.</summary>
    public ResizeMode? Resize { get; init; }

    /// <summary>The resampler. Null: as saved, else <see cref="Imaging.Resampler.Bilinear"/>, which is Darknet's.</summary>
    public Resampler? Resampler { get; init; }

    /// <summary>The colour beside a letterboxed image. Null: as saved, else Darknet's grey.</summary>
    public RgbColor? PadColor { get; init; }

    /// <summary>The name of the pre-processing (see <see cref="PixelNormalization.Parse"/>). Null: as the model says, else <c>unit</c>.</summary>
    public string? Preprocess { get; init; }

    /// <summary>The weights of a <c>.cfg</c>. Null: the <c>.weights</c> of the same stem beside it.</summary>
    public string? WeightsFile { get; init; }

    /// <summary>A file with the class names, one a line. Null: those in the model, or the <c>.names</c> beside a <c>.cfg</c>.</summary>
    public string? LabelsFile { get; init; }

    /// <summary>A file with anchors as YAD2K writes them, for ONNX exports that do not carry them. Null: those in the model.</summary>
    public string? AnchorsFile { get; init; }

    /// <summary>How large an image file may be. It is not saved. Null: <see cref="ImageLimits.Default"/>.</summary>
    public ImageLimits? Limits { get; init; }

    /// <summary>How many threads work, at least 1. 0 takes as many as there are processors. Default: 0.</summary>
    public int Threads { get; init; }
}
