namespace MlNetVision.Gradients.Optimizers;

/// <summary>Settings of <see cref="AdamWOptimizer"/>.</summary>
public sealed record AdamWOptions
{
    /// <summary>The settings that it shares with Adam.</summary>
    public AdamOptions Adam { get; init; } = new();

    /// <summary>The factor λ by which weights decay, 0 or more. Default 0.01.</summary>
    public float WeightDecay { get; init; } = 0.01f;

    /// <summary>Which tensors decay. Default: those of two or more axes, so kernels and matrices, and neither biases nor scales of a normalisation.</summary>
    public Predicate<TrainableTensor> Decays { get; init; } = t => t.Shape.Count > 1;

    internal void Validate()
    {
        if (!(WeightDecay >= 0 && float.IsFinite(WeightDecay))) throw new ArgumentException($"Weight decay is {WeightDecay}, expected 0 or more.");
    }
}
