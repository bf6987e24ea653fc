namespace MlNetVision.Gradients.Optimizers;

/// <summary>Adam with decoupled weight decay: w ← w − η·λ·w, then the step of <see cref="AdamOptimizer"/>, whose averages do not see the decay.</summary>
/// <remarks>Loshchilov and Hutter, "Decoupled weight decay regularization", arXiv:1711.05101, algorithm 2; λ is scaled by η, as PyTorch has it.</remarks>
public sealed class AdamWOptimizer : IOptimizer
{
    private readonly AdamWOptions _options;
    private readonly AdamUpdate _update;
    private readonly OptimizerState _memory = new("adamw", 2);

    /// <summary>Creates an optimiser with an empty state.</summary>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public AdamWOptimizer(AdamWOptions? options = null)
    {
        _options = options ?? new AdamWOptions();
        _options.Validate();
        _update = new AdamUpdate(_options.Adam);
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<TrainableTensor> parameters, float learningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var keep = (float)(1 - ((double)learningRate * _options.WeightDecay));
        foreach (var p in parameters) _update.Step(p, _memory.Next(p), learningRate, _options.Decays(p) ? keep : 1);
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer) => _memory.Save(writer);

    /// <inheritdoc/>
    public void Load(BinaryReader reader) => _memory.Load(reader);
}
