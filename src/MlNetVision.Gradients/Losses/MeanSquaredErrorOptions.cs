namespace MlNetVision.Gradients.Losses;

/// <summary>Settings of <see cref="LossGraph.AddMeanSquaredError"/>.</summary>
public sealed record MeanSquaredErrorOptions
{
    /// <summary>The tensor to come near to, of the prediction's shape; where the graph has none of that name it becomes an input. Default <c>target</c>.</summary>
    public string Target { get; init; } = "target";

    /// <summary>The name of the loss. Default <c>loss</c>.</summary>
    public string Output { get; init; } = "loss";
}
