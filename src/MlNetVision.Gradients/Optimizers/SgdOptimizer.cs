using System.Numerics;

namespace MlNetVision.Gradients.Optimizers;

/// <summary>
/// Stochastic gradient descent with momentum: v ← μ·v + g + λ·w, then w ← w − η·v, or by Nesterov w ← w − η·(g + λ·w + μ·v).
/// </summary>
/// <remarks>Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013; v is scaled by η outside, as PyTorch
/// has it.</remarks>
public sealed class SgdOptimizer : IOptimizer
{
    private readonly SgdOptions _options;
    private readonly OptimizerState _memory;

    /// <summary>Creates an optimiser with an empty state.</summary>
    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public SgdOptimizer(SgdOptions? options = null)
    {
        _options = options ?? new SgdOptions();
        _options.Validate();
        _memory = new OptimizerState("sgd", 1);
    }

    /// <inheritdoc/>
    public void Step(IReadOnlyList<TrainableTensor> parameters, float learningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        foreach (var p in parameters)
        {
            var velocity = _memory.Next(p).Averages[0];
            Chunks.ForEach(p.Values.Length, (_, r) => Update(p.Values.AsSpan(r), p.Gradient.AsSpan(r), velocity.AsSpan(r), learningRate));
        }
    }

    /// <inheritdoc/>
    public void Save(BinaryWriter writer) => _memory.Save(writer);

    /// <inheritdoc/>
    public void Load(BinaryReader reader) => _memory.Load(reader);

    private void Update(Span<float> values, ReadOnlySpan<float> gradient, Span<float> velocity, float rate)
    {
        var (momentum, decay) = (_options.Momentum, _options.WeightDecay);
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var w = new Vector<float>(values[i..]);
            var g = new Vector<float>(gradient[i..]) + (w * decay);
            var v = (new Vector<float>(velocity[i..]) * momentum) + g;
            v.CopyTo(velocity[i..]);
            (w - ((_options.Nesterov ? g + (v * momentum) : v) * rate)).CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
        {
            var g = gradient[i] + (values[i] * decay);
            var v = velocity[i] = (velocity[i] * momentum) + g;
            values[i] -= (_options.Nesterov ? g + (v * momentum) : v) * rate;
        }
    }
}

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
