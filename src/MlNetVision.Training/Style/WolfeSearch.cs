namespace MlNetVision.Training.Style;

/// <summary>
/// A line search for the strong Wolfe conditions: Nocedal and Wright, "Numerical Optimization", algorithms 3.5 and 3.6, with cubic interpolation.
/// </summary>
/// <param name="options">The constants.</param>
/// <param name="evaluate">Value and gradient at a point.</param>
/// <param name="left">The number of evaluations left.</param>
internal sealed class WolfeSearch(LbfgsOptions options, Lbfgs.Objective evaluate, Func<int> left)
{
    /// <summary>The minimum distance of an interpolated step from the bracket's ends, as a share of the bracket.</summary>
    private const double Margin = 0.1;

    private const double MostGrowth = 10;

    private float[] _origin = [];
    private float[] _direction = [];
    private Trial _start = null!;
    private int _tries;

    /// <summary>A point on the line.</summary>
    internal sealed record Trial(double Length, double Value, double Slope, float[] Point, float[] Gradient);

    /// <summary>The point found: one that meets the conditions, or the lowest seen; null where none is lower than the start.</summary>
    public Trial? Run(float[] origin, float[] direction, double value, float[] gradient, double slope, double length)
    {
        (_origin, _direction) = (origin, direction);
        _start = new Trial(0, value, slope, origin, gradient);
        var best = _start;
        var before = _start;
        while (MayTry())
        {
            var trial = At(length);
            if (trial.Value < best.Value) best = trial;
            if (!Decreases(trial) || (before.Length > 0 && trial.Value >= before.Value)) return Lower(Zoom(before, trial), best);
            if (Flat(trial)) return trial;
            if (trial.Slope >= 0) return Lower(Zoom(trial, before), best);
            length = Math.Clamp(Cubic(before, trial) ?? 2 * trial.Length, trial.Length + 0.01 * (trial.Length - before.Length),
                trial.Length * MostGrowth);
            before = trial;
        }
        return best.Length > 0 ? best : null;
    }

    /// <summary>Narrows a bracket whose first end has the lower value and slopes down towards the second.</summary>
    private Trial Zoom(Trial low, Trial high)
    {
        while (MayTry() && Math.Abs(high.Length - low.Length) * Math.Abs(_start.Slope) > 1e-9 * Math.Abs(_start.Value))
        {
            var trial = At(Between(low, high));
            if (!Decreases(trial) || trial.Value >= low.Value)
            {
                high = trial;
                continue;
            }
            if (Flat(trial)) return trial;
            if (trial.Slope * (high.Length - low.Length) >= 0) high = low;
            low = trial;
        }
        return low;
    }

    private static double Between(Trial low, Trial high)
    {
        var (from, to) = (Math.Min(low.Length, high.Length), Math.Max(low.Length, high.Length));
        var room = Margin * (to - from);
        return Cubic(low, high) is { } length && length > from && length < to ? Math.Clamp(length, from + room, to - room) : (from + to) / 2;
    }

    /// <summary>The minimum of the cubic through two values and slopes (equation 3.59), or null where it has none.</summary>
    private static double? Cubic(Trial a, Trial b)
    {
        var d1 = a.Slope + b.Slope - 3 * (a.Value - b.Value) / (a.Length - b.Length);
        var square = d1 * d1 - a.Slope * b.Slope;
        if (!(square >= 0)) return null;
        var d2 = Math.Sign(b.Length - a.Length) * Math.Sqrt(square);
        var length = b.Length - (b.Length - a.Length) * ((b.Slope + d2 - d1) / (b.Slope - a.Slope + 2 * d2));
        return double.IsFinite(length) ? length : null;
    }

    private static Trial? Lower(Trial found, Trial best) => found.Length > 0 && found.Value <= best.Value ? found : best.Length > 0 ? best : null;

    private bool Decreases(Trial trial) => trial.Value <= _start.Value + options.SufficientDecrease * trial.Length * _start.Slope;

    private bool Flat(Trial trial) => Math.Abs(trial.Slope) <= -options.Curvature * _start.Slope;

    private bool MayTry() => _tries < options.MaxLineSearch && left() > 0;

    private Trial At(double length)
    {
        _tries++;
        var point = (float[])_origin.Clone();
        Vectors.Add(point, _direction, length);
        var gradient = new float[point.Length];
        var value = evaluate(point, gradient);
        return new Trial(length, value, Vectors.Dot(gradient, _direction), point, gradient);
    }
}
