using System.Numerics;

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

/// <summary>
/// Adam with decoupled weight decay: w ← w − η·λ·w, then the step of <see cref="AdamOptimizer"/>, whose averages do not see the decay.
/// </summary>
/// <remarks>Loshchilov and Hutter, "Decoupled weight decay regularization", arXiv:1711.05101, algorithm 2; λ is scaled by η, as PyTorch has
/// it.</remarks>
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

/// <summary>Settings of <see cref="AdamWOptimizer"/>.</summary>
public sealed record AdamWOptions
{
    /// <summary>The settings that it shares with Adam.</summary>
    public AdamOptions Adam { get; init; } = new();

    /// <summary>The factor λ by which weights decay, 0 or more. Default 0.01.</summary>
    public float WeightDecay { get; init; } = 0.01f;

    /// <summary>
    /// Which tensors decay. Default: those of two or more axes, so kernels and matrices, and neither biases nor scales of a normalisation.
    /// </summary>
    public Predicate<TrainableTensor> Decays { get; init; } = t => t.Shape.Count > 1;

    internal void Validate()
    {
        if (!(WeightDecay >= 0 && float.IsFinite(WeightDecay))) throw new ArgumentException($"Weight decay is {WeightDecay}, expected 0 or more.");
    }
}

/// <summary>The arithmetic that <see cref="AdamOptimizer"/> and <see cref="AdamWOptimizer"/> share.</summary>
internal sealed class AdamUpdate
{
    private readonly AdamOptions _options;

    public AdamUpdate(AdamOptions options)
    {
        options.Validate();
        _options = options;
    }

    /// <param name="tensor">The tensor to change.</param>
    /// <param name="memory">Its averages m and v.</param>
    /// <param name="rate">The learning rate η.</param>
    /// <param name="keep">The factor of the values before the step.</param>
    public void Step(TrainableTensor tensor, TensorState memory, float rate, float keep)
    {
        // The corrections of both averages are folded into one step size and one factor of the root.
        var step = (float)(rate / (1 - Math.Pow(_options.Beta1, memory.Steps)));
        var root = (float)(1 / Math.Sqrt(1 - Math.Pow(_options.Beta2, memory.Steps)));
        var (values, gradient, m, v) = (tensor.Values, tensor.Gradient, memory.Averages[0], memory.Averages[1]);
        Chunks.ForEach(values.Length, (_, r) => Update(values.AsSpan(r), gradient.AsSpan(r), m.AsSpan(r), v.AsSpan(r), step, root, keep));
    }

    private void Update(Span<float> values, ReadOnlySpan<float> gradient, Span<float> means, Span<float> squares, float step, float root, float keep)
    {
        var (beta1, beta2, epsilon) = (_options.Beta1, _options.Beta2, _options.Epsilon);
        var (new1, new2) = (1 - beta1, 1 - beta2);
        var i = 0;
        for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var g = new Vector<float>(gradient[i..]);
            var m = (new Vector<float>(means[i..]) * beta1) + (g * new1);
            var v = (new Vector<float>(squares[i..]) * beta2) + (g * g * new2);
            m.CopyTo(means[i..]);
            v.CopyTo(squares[i..]);
            var w = new Vector<float>(values[i..]) * keep;
            (w - (m * step / ((Vector.SquareRoot(v) * root) + new Vector<float>(epsilon)))).CopyTo(values[i..]);
        }
        for (; i < values.Length; i++)
        {
            var g = gradient[i];
            var m = means[i] = (means[i] * beta1) + (g * new1);
            var v = squares[i] = (squares[i] * beta2) + (g * g * new2);
            values[i] = (values[i] * keep) - (m * step / ((MathF.Sqrt(v) * root) + epsilon));
        }
    }
}
