using MlNetVision.Onnx;

namespace MlNetVision.Training.Style;

/// <summary>How a training of a style network is watched and kept.</summary>
public sealed record StyleTrainingRun
{
    /// <summary>The file from which a stopped run goes on, to the network of an unbroken one. Null (default): none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Told of each step, on the thread that trains.</summary>
    public Action<StyleTrainingProgress>? Progress { get; init; }

    /// <summary>Told, in words, of what the user should know.</summary>
    public Action<string>? Note { get; init; }

    /// <summary>Given the step and the network at each checkpoint, for previews.</summary>
    public Action<int, OnnxModel>? Kept { get; init; }
}
