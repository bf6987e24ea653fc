using MlNetVision.Onnx;

namespace MlNetVision.Inference;

/// <summary>A network and the settings of its task, read from the model and the user's options.</summary>
/// <param name="Model">The network.</param>
/// <param name="Input">Its image input.</param>
internal abstract record VisionNetwork(OnnxModel Model, NetworkInput Input)
{
    /// <summary>Notes on what neither the model nor an option states, with the value in use: one sentence each.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>How images become the input.</summary>
    public abstract PipelineSettings Pipeline { get; }

    /// <summary>The network for a saved pipeline, with the settings in its metadata.</summary>
    public abstract OnnxModel Prepare();
}
