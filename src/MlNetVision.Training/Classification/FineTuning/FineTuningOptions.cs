namespace MlNetVision.Training;

/// <summary>Fine-tuning: the last layers of the network are trained with the head, after the head was trained alone.</summary>
public sealed record FineTuningOptions
{
    /// <summary>The prefix of the first trained layers' names, such as <c>block5</c>; all layers after them are trained too.</summary>
    public required string Unfreeze { get; init; }

    /// <summary>The number of epochs, 1 or more. Default 3.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>The learning rate, above 0; small, because these layers are pretrained. Default 0.00001.</summary>
    public float LearningRate { get; init; } = 1e-5f;

    /// <summary>The batch size, 1 or more. Default 16.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>
    /// The augmentation; with it, images go through the whole network in every epoch. Null (default): none; then the output of the frozen layers
    /// is computed once and cached.
    /// </summary>
    public AugmentationOptions? Augmentation { get; init; }
}
