namespace MlNetVision.Gradients.Losses;

/// <summary>Settings of <see cref="LossGraph.AddMeanSquaredError"/>.</summary>
public sealed record MeanSquaredErrorOptions
{
    /// <summary>The target, of the prediction's shape; a new input where the graph has none of that name. Default <c>target</c>.</summary>
    public string Target { get; init; } = "target";

    /// <summary>The name of the loss. Default <c>loss</c>.</summary>
    public string Output { get; init; } = "loss";
}
