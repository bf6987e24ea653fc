using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Inference;

/// <summary>How a task reads its model and its images. Null: as the model states, else the task's default.</summary>
public abstract record VisionOptions
{
    /// <summary>How an image is resized to the network's size. Null: as the model states, else as the task does.</summary>
    public ResizeMode? Resize { get; init; }

    /// <summary>The resampler. Null: as saved, else as the task does.</summary>
    public Resampler? Resampler { get; init; }

    /// <summary>The colour beside a letterboxed image. Null: as saved, else as the task or the network's family does: grey (127, 114), black.</summary>
    public RgbColor? PadColor { get; init; }

    /// <summary>
    /// The name of the input normalisation (see <see cref="PixelNormalization.Parse"/>). Null: as the model states, else as the task does.
    /// Integer inputs take raw values.
    /// </summary>
    public string? Preprocess { get; init; }

    /// <summary>
    /// The size of the input in pixels, at least 1×1, where the network's is free. Null: as the metadata <c>imgsz</c> states, else as the
    /// task does. Style networks of free size take each image at its own; for them it holds in pipelines of ML.NET alone.
    /// </summary>
    public (int Width, int Height)? Size { get; init; }

    /// <summary>
    /// The class names, by class index. Null: those of <see cref="LabelsFile"/>, else those in the model. Networks without classes ignore
    /// them.
    /// </summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>A file with the class names, one per line. Null: those in the model, or the <c>.names</c> beside a <c>.cfg</c>.</summary>
    public string? LabelsFile { get; init; }

    /// <summary>The weights of a <c>.cfg</c>. Null: the <c>.weights</c> of the same stem beside it.</summary>
    public string? WeightsFile { get; init; }

    /// <summary>The limits of image size; not saved, and pipelines of ML.NET take the default. Null: <see cref="ImageLimits.Default"/>.</summary>
    public ImageLimits? Limits { get; init; }

    /// <summary>
    /// The device that runs the network, and those to take in its place: <c>Device = "cuda,cpu"</c>. A saved model keeps it as a wish, which this
    /// option replaces. Null: as saved, else <c>cpu</c>. Pipelines of ML.NET run on <c>cpu</c> and <c>cuda</c> alone; null there is the
    /// <c>GpuDeviceId</c> of their <c>MLContext</c>.
    /// </summary>
    public DeviceList? Device { get; init; }

    /// <summary>The number of threads; 0, the default: one per processor. Pipelines of ML.NET ignore it.</summary>
    public int Threads { get; init; }

    /// <summary>Whether the caller gives class names.</summary>
    internal bool HasLabels => Labels is not null || LabelsFile is not null;

    /// <summary>Checks the values that no model is needed for; tasks add theirs.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range, or is not one of its enumeration; the message names it.</exception>
    internal virtual void Check()
    {
        KnownValue.Require(Resize, "Resize mode");
        KnownValue.Require(Resampler, nameof(Resampler));
        _ = WorkerCount.Of(Threads);
    }

    /// <summary>Checks the values, and gives the options that a model is opened with.</summary>
    /// <inheritdoc cref="Check" path="/exception"/>
    internal OpenOptions CheckedOpening()
    {
        Check();
        return Opening;
    }

    private OpenOptions Opening => new() { WeightsFile = WeightsFile, LabelsFile = LabelsFile, Labels = Labels };
}
