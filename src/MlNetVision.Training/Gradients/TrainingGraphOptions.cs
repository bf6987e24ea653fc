namespace MlNetVision.Training.Gradients;

/// <summary>Settings of <see cref="TrainingGraph.Differentiate"/>.</summary>
public sealed record TrainingGraphOptions
{
    /// <summary>Inputs of the model whose gradients are wanted too, such as a picture.</summary>
    public IReadOnlyList<string> WithRespectTo { get; init; } = [];
}
