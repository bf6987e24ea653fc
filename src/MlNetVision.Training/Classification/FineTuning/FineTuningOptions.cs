namespace MlNetVision.Training;

/// <summary>How the last layers of the network itself are trained, with the head, once the head has been trained alone.</summary>
public sealed record FineTuningOptions
{
    /// <summary>What the names of the first layers that train begin with, such as <c>block5</c>; all layers after them train too.</summary>
    public required string Unfreeze { get; init; }

    /// <summary>How often every image is shown, 1 or more. Default 3.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>The learning rate, above 0; small, for these layers know much already. Default 0.00001.</summary>
    public float LearningRate { get; init; } = 1e-5f;

    /// <summary>Images a step, 1 or more. Default 16.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// How images are varied; then they go through the whole network in every epoch. Null (default): not at all; then what the layers
    /// below make of them is computed once and kept.
    /// </summary>
    public AugmentationOptions? Augmentation { get; init; }
}
