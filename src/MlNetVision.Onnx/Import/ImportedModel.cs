namespace MlNetVision.Onnx.Import;

/// <summary>A network from another framework, and the other facts in its file, in terms that no task owns.</summary>
/// <param name="Model">The network. Its metadata does not contain the facts below.</param>
public sealed record ImportedModel(OnnxModel Model)
{
    /// <summary>The purpose of the network; null, the default, where unknown.</summary>
    public ImportedPurpose? Purpose { get; init; }

    /// <summary>
    /// Height and width of the image input where the file states them. Null, the default: any size, or as in the input's declared shape.
    /// </summary>
    public (int Height, int Width)? InputSize { get; init; }

    /// <summary>The input normalisation; null, the default, where unknown.</summary>
    public ImportedPixels? Pixels { get; init; }

    /// <summary>The resize to the input's size; null, the default, where unknown.</summary>
    public ImportedFit? Fit { get; init; }

    /// <summary>Why <see cref="Fit"/> is what it is, in words for the user, one line; null, the default: nothing is to be said.</summary>
    public string? FitReason { get; init; }

    /// <summary>The stride of the network's coarsest map in input pixels, at least 1; null, the default, where unknown.</summary>
    public int? Stride { get; init; }

    /// <summary>The outputs of the graph that final sections of the file describe, in the file's order. Default: none.</summary>
    public IReadOnlyList<ImportedOutput> Outputs { get; init; } = [];

    /// <summary>Class names by index, where the file holds them; null, the default: it does not.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>An existing file of class names, one per line, at the format's usual path; null, the default: none.</summary>
    public string? ClassNamesFile { get; init; }
}

/// <summary>The purpose of an imported network.</summary>
public enum ImportedPurpose
{
    /// <summary>Scores for each class.</summary>
    Classify,

    /// <summary>Objects and their boxes.</summary>
    Detect,

    /// <summary>A class for each pixel.</summary>
    Segment,

    /// <summary>Another image.</summary>
    Stylize,
}

/// <summary>The resize of an image to the size of a network's input.</summary>
public enum ImportedFit
{
    /// <summary>Scaled to the input's sides, each by its own factor.</summary>
    Stretch,

    /// <summary>Scaled by one factor to lie within the input, with borders.</summary>
    Letterbox,

    /// <summary>Scaled by one factor to cover the input; the centre is taken.</summary>
    CenterCrop,
}

/// <summary>The input normalisation of a pixel x of 0 to 255: <c>(x − mean) / deviation</c> for each channel.</summary>
/// <param name="Bgr">Whether the channels are blue, green, red; otherwise red, green, blue.</param>
/// <param name="Mean">What is subtracted, 0 to 255: one value for all channels, or one per channel in the tensor's order.</param>
/// <param name="Deviation">What the difference is divided by, not 0: one value for all channels, or one per channel in the tensor's order.</param>
public sealed record ImportedPixels(bool Bgr, IReadOnlyList<float> Mean, IReadOnlyList<float> Deviation);

/// <summary>An output of the graph that a final section of the file describes: the graph ends before what the section does.</summary>
/// <param name="Output">The name of the graph's output, which holds the section's input.</param>
/// <param name="Kind">What the file calls the section, such as <c>region</c> or <c>yolo</c>.</param>
/// <param name="Parameters">Its parameters by the file's names for them, in a fixed order, each with its numbers; the format's defaults are filled
/// in.</param>
public sealed record ImportedOutput(string Output, string Kind, IReadOnlyList<KeyValuePair<string, IReadOnlyList<double>>> Parameters)
{
    /// <summary>The numbers of a parameter; none where the section has no such parameter.</summary>
    public IReadOnlyList<double> Numbers(string parameter) => Parameters.FirstOrDefault(p => p.Key == parameter).Value ?? [];

    /// <summary>The number of a parameter, or <paramref name="missing"/> where the section has no such parameter.</summary>
    public double Number(string parameter, double missing) => Numbers(parameter) is [var number, ..] ? number : missing;
}
