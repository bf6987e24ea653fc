namespace MlNetVision.Training.Style;

/// <summary>
/// Limited-memory BFGS with a line search for the strong Wolfe conditions: Liu and Nocedal, "On the limited memory BFGS method for
/// large scale optimization" (1989); Nocedal and Wright, "Numerical Optimization", algorithms 7.4, 7.5, 3.5 and 3.6. Sums are in
/// doubles and in one order, so that the same function gives the same path.
/// </summary>
public sealed class Lbfgs
{
    private readonly LbfgsOptions _options;
    private readonly Objective _function;
    private readonly List<(float[] Step, float[] Change, double Product)> _memory = [];
    private int _evaluations;

    private Lbfgs(Objective function, LbfgsOptions options) => (_function, _options) = (function, options);

    /// <summary>Gives the value at a point, and writes the gradient there.</summary>
    public delegate double Objective(float[] point, float[] gradient);

    /// <summary>Minimises a function.</summary>
    /// <param name="function">The function.</param>
    /// <param name="point">The start; changed in place. At the end, also after an exception, it is the best point.</param>
    /// <param name="options">Null: the defaults.</param>
    /// <param name="then">Called after each iteration; false ends the search. Null: no callback.</param>
    /// <returns>The last iteration.</returns>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    public static LbfgsStep Minimize(Objective function, float[] point, LbfgsOptions? options = null, Func<LbfgsStep, bool>? then = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(point);
        options ??= new LbfgsOptions();
        options.Check();
        return new Lbfgs(function, options).Run(point, then);
    }

    private LbfgsStep Run(float[] point, Func<LbfgsStep, bool>? then)
    {
        var gradient = new float[point.Length];
        var value = Evaluate(point, gradient);
        var done = new LbfgsStep(0, _evaluations, value);
        while (done.Iteration < _options.MaxIterations && _evaluations < _options.MaxEvaluations
            && Vectors.Largest(gradient) > _options.GradientTolerance)
        {
            var direction = Direction(gradient);
            var slope = Vectors.Dot(direction, gradient);
            if (!(slope < 0)) break;
            var first = _memory.Count > 0 ? 1 : _options.FirstStep / Vectors.Largest(gradient) ?? Math.Min(1, 1 / Vectors.AbsoluteSum(gradient));
            var found = new WolfeSearch(_options, Evaluate, () => _options.MaxEvaluations - _evaluations)
                .Run(point, direction, value, gradient, slope, first);
            if (found is null || !(found.Value < value)) break;
            Remember(Vectors.Difference(found.Point, point), Vectors.Difference(found.Gradient, gradient));
            found.Point.CopyTo(point, 0);
            (gradient, value) = (found.Gradient, found.Value);
            done = new LbfgsStep(done.Iteration + 1, _evaluations, value);
            if (then?.Invoke(done) == false) break;
        }
        return done with { Evaluations = _evaluations };
    }

    private double Evaluate(float[] point, float[] gradient)
    {
        _evaluations++;
        return _function(point, gradient);
    }

    // Curvature of the wrong sign, which rounding may give, would turn the direction uphill.
    private void Remember(float[] step, float[] change)
    {
        var product = Vectors.Dot(step, change);
        if (product <= 1e-10 * Math.Sqrt(Vectors.Dot(step, step) * Vectors.Dot(change, change))) return;
        if (_memory.Count == _options.History) _memory.RemoveAt(0);
        _memory.Add((step, change, product));
    }

    /// <summary>The two-loop recursion: −H · gradient.</summary>
    private float[] Direction(float[] gradient)
    {
        var q = Array.ConvertAll(gradient, g => -g);
        var alphas = new double[_memory.Count];
        for (var i = _memory.Count - 1; i >= 0; i--)
        {
            var (step, change, product) = _memory[i];
            alphas[i] = Vectors.Dot(step, q) / product;
            Vectors.Add(q, change, -alphas[i]);
        }
        if (_memory.Count > 0) Vectors.Scale(q, _memory[^1].Product / Vectors.Dot(_memory[^1].Change, _memory[^1].Change));
        for (var i = 0; i < _memory.Count; i++)
        {
            var (step, change, product) = _memory[i];
            Vectors.Add(q, step, alphas[i] - Vectors.Dot(change, q) / product);
        }
        return q;
    }
}

/// <summary>Settings of <see cref="Lbfgs"/>.</summary>
public sealed record LbfgsOptions
{
    /// <summary>The number of stored steps, at least 1; each takes twice the memory of the unknowns. Default: 20.</summary>
    public int History { get; init; } = 20;

    /// <summary>The maximum number of iterations (search directions), at least 1. Default: 200.</summary>
    public int MaxIterations { get; init; } = 200;

    /// <summary>The maximum number of evaluations of value and gradient; the last line search ends there. Default: no bound.</summary>
    public int MaxEvaluations { get; init; } = int.MaxValue;

    /// <summary>The maximum number of evaluations per line search. Default: 25.</summary>
    public int MaxLineSearch { get; init; } = 25;

    /// <summary>
    /// The first trial step, before the curvature is known: the change of the unknown with the largest slope. Default: none, which means
    /// 1 / Σ|slope|, or the slopes themselves where they are small.
    /// </summary>
    public double? FirstStep { get; init; }

    /// <summary>Wolfe's first condition: the value falls at least by this share of what the slope promises. Default: 1e-4.</summary>
    public double SufficientDecrease { get; init; } = 1e-4;

    /// <summary>Wolfe's strong second condition: the slope falls at least to this share, by magnitude. Default: 0.9.</summary>
    public double Curvature { get; init; } = 0.9;

    /// <summary>The search ends where no component of the gradient is larger. Default: 1e-7.</summary>
    public double GradientTolerance { get; init; } = 1e-7;

    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    internal void Check()
    {
        if (History < 1 || MaxIterations < 1 || MaxEvaluations < 1 || MaxLineSearch < 1)
            throw new ArgumentException("History, iterations and evaluations of L-BFGS are expected to be 1 or more.");
        if (FirstStep is not (null or (> 0 and < double.PositiveInfinity)))
            throw new ArgumentException("A first step of L-BFGS above 0 is expected.");
        if (!(SufficientDecrease > 0 && SufficientDecrease < Curvature && Curvature < 1))
            throw new ArgumentException(
                FormattableString.Invariant($"Wolfe's constants are {SufficientDecrease} and {Curvature}; expected 0 < first < second < 1."));
    }
}

/// <summary>The result of an iteration of <see cref="Lbfgs"/>.</summary>
/// <param name="Iteration">Its number, from 1.</param>
/// <param name="Evaluations">Evaluations so far.</param>
/// <param name="Value">The value reached.</param>
public readonly record struct LbfgsStep(int Iteration, int Evaluations, double Value);
