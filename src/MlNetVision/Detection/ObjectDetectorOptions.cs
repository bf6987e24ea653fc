using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Detection;

/// <summary>How a detector reads its model and its images. Null: as the model states, else the default given.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Letterbox"/> with Darknet's grey; <see cref="Resampler.Bilinear"/>, which is Darknet's; input normalisation <c>unit</c>.
/// </remarks>
public sealed record ObjectDetectorOptions : VisionOptions
{
    /// <summary>Thresholds, class lists and non-maximum suppression. Null: those saved with a <c>.zip</c>, else the defaults of <see cref="DetectionOptions"/>.</summary>
    public DetectionOptions? Detection { get; init; }

    /// <summary>Changes the options that <see cref="Detection"/> or the model gives, for callers that replace only some of them. Null: no change.</summary>
    public Func<DetectionOptions, DetectionOptions>? Adjust { get; init; }

    /// <summary>A file with anchors as YAD2K writes them, for ONNX exports that do not carry them. Null: those in the model.</summary>
    public string? AnchorsFile { get; init; }
}
