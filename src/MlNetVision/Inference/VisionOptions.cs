using MlNetVision.Imaging;
using MlNetVision.Models;

namespace MlNetVision.Inference;

/// <summary>How any task reads its model and its images. What is null is as the model says, or else as the task does.</summary>
public abstract record VisionOptions
{
    /// <summary>How an image is brought to the network's size. Null: as the model says, else as the task does.</summary>
    public ResizeMode? Resize { get; init; }

    /// <summary>The resampler. Null: as saved, else as the task does.</summary>
    public Resampler? Resampler { get; init; }

    /// <summary>The colour beside a letterboxed image. Null: as saved, else grey (127).</summary>
    public RgbColor? PadColor { get; init; }

    /// <summary>The name of the input normalisation (see <see cref="PixelNormalization.Parse"/>). Null: as the model says, else as the task does. Integer inputs take raw values.</summary>
    public string? Preprocess { get; init; }

    /// <summary>The size of the input in pixels, at least 1×1, where the network leaves it free. Null: as the metadata <c>imgsz</c> says, else as the task does.</summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>The class names, by class index. Null: those of <see cref="LabelsFile"/>, else those in the model. Networks without classes ignore them.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>A file with the class names, one per line. Null: those in the model, or the <c>.names</c> beside a <c>.cfg</c>.</summary>
    public string? LabelsFile { get; init; }

    /// <summary>The weights of a <c>.cfg</c>. Null: the <c>.weights</c> of the same stem beside it.</summary>
    public string? WeightsFile { get; init; }

    /// <summary>The most that an image may ask for; it is not saved. Null: <see cref="ImageLimits.Default"/>.</summary>
    public ImageLimits? Limits { get; init; }

    /// <summary>How many threads work, at least 1. 0, the default, takes as many as there are processors. Pipelines of ML.NET decide that themselves.</summary>
    public int Threads { get; init; }

    /// <summary>Whether the class names are the caller's.</summary>
    internal bool HasLabels => Labels is not null || LabelsFile is not null;

    /// <summary>The files that a model is opened with.</summary>
    internal OpenOptions Opening => new() { WeightsFile = WeightsFile, LabelsFile = LabelsFile, Labels = Labels };
}
