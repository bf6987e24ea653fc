namespace MlNetVision.Gradients.Optimizers;

/// <summary>Settings of <see cref="AdamOptimizer"/>.</summary>
public sealed record AdamOptions
{
    /// <summary>How slowly the mean of the gradient moves, 0 to below 1. Default 0.9.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>How slowly the mean of the squared gradient moves, 0 to below 1. Default 0.999.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>What is added to the root, above 0. Default 1e-8; Keras takes 1e-7.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    internal void Validate()
    {
        if (!(Beta1 is >= 0 and < 1)) throw new ArgumentException($"Beta1 is {Beta1}, expected 0 to below 1.");
        if (!(Beta2 is >= 0 and < 1)) throw new ArgumentException($"Beta2 is {Beta2}, expected 0 to below 1.");
        if (!(Epsilon > 0 && float.IsFinite(Epsilon))) throw new ArgumentException($"Epsilon is {Epsilon}, expected above 0.");
    }
}
