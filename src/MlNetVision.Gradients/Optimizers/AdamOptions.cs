namespace MlNetVision.Gradients.Optimizers;

/// <summary>Settings of <see cref="AdamOptimizer"/>.</summary>
public sealed record AdamOptions
{
    /// <summary>The decay rate β₁ of the gradient's mean, 0 to below 1. Default 0.9.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>The decay rate β₂ of the squared gradient's mean, 0 to below 1. Default 0.999.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>The constant ε added to the root, above 0. Default 1e-8; Keras uses 1e-7.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    internal void Validate()
    {
        if (!(Beta1 is >= 0 and < 1)) throw new ArgumentException($"Beta1 is {Beta1}, expected 0 to below 1.");
        if (!(Beta2 is >= 0 and < 1)) throw new ArgumentException($"Beta2 is {Beta2}, expected 0 to below 1.");
        if (!(Epsilon > 0 && float.IsFinite(Epsilon))) throw new ArgumentException($"Epsilon is {Epsilon}, expected above 0.");
    }
}
