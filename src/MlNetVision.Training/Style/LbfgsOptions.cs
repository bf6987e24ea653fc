namespace MlNetVision.Training.Style;

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
        if (FirstStep is not (null or (> 0 and < double.PositiveInfinity))) throw new ArgumentException("A first step of L-BFGS above 0 is expected.");
        if (!(SufficientDecrease > 0 && SufficientDecrease < Curvature && Curvature < 1))
            throw new ArgumentException(FormattableString.Invariant($"Wolfe's constants are {SufficientDecrease} and {Curvature}; expected 0 < first < second < 1."));
    }
}
