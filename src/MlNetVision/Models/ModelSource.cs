using MlNetVision.Onnx;

namespace MlNetVision.Models;

/// <summary>
/// One model: the name of a bundled or catalogue model, a file, the bytes of an <c>.onnx</c> or <c>.zip</c>, a stream of them, or a network
/// in memory. All of them convert to it implicitly: <c>ObjectDetector.Load("model.zip")</c>, <c>ObjectDetector.Load(bytes)</c>.
/// </summary>
public sealed class ModelSource
{
    private readonly Func<OpenOptions, OnnxModel> _open;

    private ModelSource(Func<OpenOptions, OnnxModel> open) => _open = open;

    /// <summary>A name, or the path of a file; see <see cref="ModelLocator.Open(string, OpenOptions?)"/>.</summary>
    public static ModelSource FromPath(string model)
    {
        ArgumentException.ThrowIfNullOrEmpty(model);
        return new(options => ModelLocator.Open(model, options));
    }

    /// <summary>The bytes of an <c>.onnx</c> or of a saved <c>.zip</c>; not for formats of several files.</summary>
    /// <param name="bytes">The bytes; they must stay as they are until the model is opened.</param>
    /// <param name="name">The model's name in messages.</param>
    public static ModelSource FromBytes(ReadOnlyMemory<byte> bytes, string name = "the model")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(options => ModelLocator.Open(bytes, name, options));
    }

    /// <summary>A stream of such bytes, from its position to its end; it is read when the model is opened, and stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The model's name in messages.</param>
    public static ModelSource FromStream(Stream stream, string name = "the model")
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(options => ModelLocator.Open(stream, name, options));
    }

    /// <summary>A network in memory, which is not changed.</summary>
    public static ModelSource FromModel(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new(options => ModelLocator.WithLabels(options.LabelsFile is null && options.Labels is null ? model : model.Clone(), options));
    }

    /// <summary>A name or a file.</summary>
    public static implicit operator ModelSource(string model) => FromPath(model);

    /// <summary>The bytes of an <c>.onnx</c> or <c>.zip</c>.</summary>
    public static implicit operator ModelSource(byte[] bytes) => FromBytes(bytes);

    /// <summary>A stream of an <c>.onnx</c> or <c>.zip</c>.</summary>
    public static implicit operator ModelSource(Stream stream) => FromStream(stream);

    /// <summary>A network in memory.</summary>
    public static implicit operator ModelSource(OnnxModel model) => FromModel(model);

    /// <summary>Opens the model as data, with its labels if known.</summary>
    /// <param name="options">Files that are not beside the model, and labels; null: none.</param>
    /// <exception cref="BadModelException">
    /// There is no such model, or it is unusable: the message lists what is available, and the operators that ONNX Runtime lacks.
    /// </exception>
    public OnnxModel Open(OpenOptions? options = null)
    {
        var model = _open(options ?? new OpenOptions());
        ForeignOperators.RequireNone(model);
        return model;
    }
}

/// <summary>Files of a model that are not beside it, and labels.</summary>
public sealed record OpenOptions
{
    /// <summary>The weights of a <c>.cfg</c>. Null: the <c>.weights</c> of the same stem beside it.</summary>
    public string? WeightsFile { get; init; }

    /// <summary>A file with the class names, one per line. Null: those in the model, or the <c>.names</c> beside a <c>.cfg</c>.</summary>
    public string? LabelsFile { get; init; }

    /// <summary>The class names, by class index; they win over <see cref="LabelsFile"/>. Null: none.</summary>
    public IReadOnlyList<string>? Labels { get; init; }
}
