namespace MlNetVision.Gradients.Optimizers;

/// <summary>
/// Adam: m ← β₁·m + (1 − β₁)·g, v ← β₂·v + (1 − β₂)·g², w ← w − η · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε).
/// </summary>
/// <remarks>Kingma and Ba, "Adam: a method for stochastic optimization", arXiv:1412.6980, algorithm 1.</remarks>
public sealed class AdamOptimizer : IOptimizer
{
    private readonly AdamUpdate _update;
    private readonly OptimizerState _memory = new("adam", 2);

    /// <summary>Creates an optimiser with an empty state.</summary>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public AdamOptimizer(AdamOptions? options = null) => _update = new AdamUpdate(options ?? new AdamOptions());

    /// <inheritdoc/>
    public void Step(IReadOnlyList<TrainableTensor> parameters, float learningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        foreach (var p in parameters) _update.Step(p, _memory.Next(p), learningRate, keep: 1);
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer) => _memory.Save(writer);

    /// <inheritdoc/>
    public void Load(BinaryReader reader) => _memory.Load(reader);
}
