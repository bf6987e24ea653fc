namespace MlNetVision.Training.Style;

/// <summary>Settings of <see cref="StyleTrainer"/>.</summary>
public sealed record StyleTrainingOptions
{
    /// <summary>Layers, weights, pre-processing, seed and threads. Sizes, scales, solver and start are not used.</summary>
    public NeuralStyleOptions Losses { get; init; } = new();

    /// <summary>Steps, at least 1. Default: 2000.</summary>
    public int Steps { get; init; } = 2000;

    /// <summary>Photos a step, at least 1. Default: 4.</summary>
    public int BatchSize { get; init; } = 4;

    /// <summary>The side of the squares that are cut from photos, in pixels: a multiple of 4, at least 32. Default: 192.</summary>
    public int Crop { get; init; } = 192;

    /// <summary>Adam's learning rate. Default: 0.001.</summary>
    public float LearningRate { get; init; } = 0.001f;

    /// <summary>The channels of the network as a multiple of 16, 32 and 64, above 0. Default: 1.</summary>
    public float Width { get; init; } = 1;

    /// <summary>How many steps lie between checkpoints and previews, at least 1. Default: 100.</summary>
    public int KeepEvery { get; init; } = 100;

    internal void Check()
    {
        Losses.Check();
        if (Steps < 1 || BatchSize < 1 || KeepEvery < 1) throw new ArgumentException("One step, photo a step, and step between checkpoints, or more, is expected.");
        if (Crop < 32 || Crop % 4 != 0) throw new ArgumentException($"The crop is {Crop} pixels; expected a multiple of 4 from 32.");
        if (!(LearningRate > 0) || !(Width is > 0 and <= 16)) throw new ArgumentException("A learning rate above 0 and a width above 0, up to 16, are expected.");
    }
}
