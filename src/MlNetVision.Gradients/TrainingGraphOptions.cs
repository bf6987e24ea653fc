namespace MlNetVision.Gradients;

/// <summary>Settings of <see cref="TrainingGraph.Differentiate"/>.</summary>
public sealed record TrainingGraphOptions
{
    /// <summary>Inputs of the model to compute gradients of, such as an image that is optimised. Default none.</summary>
    public IReadOnlyList<string> WithRespectTo { get; init; } = [];

    /// <summary>
    /// Whether a BatchNormalization whose scale or bias is a parameter normalises by the batch and updates its running statistics; all
    /// others, and all where this is false, normalise by the running statistics, as in inference. Default true.
    /// </summary>
    public bool BatchStatistics { get; init; } = true;

    /// <summary>Whether Dropout nodes drop values; otherwise they pass them on, as in inference. Default true.</summary>
    public bool Dropout { get; init; } = true;

    /// <summary>Whether the training graph keeps the outputs of the model beside the loss and the gradients. Default true.</summary>
    public bool KeepOutputs { get; init; } = true;
}
