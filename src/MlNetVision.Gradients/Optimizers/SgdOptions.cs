namespace MlNetVision.Gradients.Optimizers;

/// <summary>Settings of <see cref="SgdOptimizer"/>.</summary>
public sealed record SgdOptions
{
    /// <summary>The momentum μ, 0 to below 1. Default 0.9; 0 is plain gradient descent.</summary>
    public float Momentum { get; init; } = 0.9f;

    /// <summary>Whether to use Nesterov's form. Default false.</summary>
    public bool Nesterov { get; init; }

    /// <summary>The factor λ of λ·w that is added to the gradient, 0 or more. Default 0.</summary>
    public float WeightDecay { get; init; }

    internal void Validate()
    {
        if (!(Momentum is >= 0 and < 1)) throw new ArgumentException($"Momentum is {Momentum}, expected 0 to below 1.");
        if (!(WeightDecay >= 0 && float.IsFinite(WeightDecay))) throw new ArgumentException($"Weight decay is {WeightDecay}, expected 0 or more.");
        if (Nesterov && Momentum == 0) throw new ArgumentException("Nesterov's form requires a momentum above 0.");
    }
}
