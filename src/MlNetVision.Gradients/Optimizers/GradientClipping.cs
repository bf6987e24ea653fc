using System.Runtime.Intrinsics;

namespace MlNetVision.Gradients.Optimizers;

/// <summary>Bounds gradients before a step, so that one bad batch does not spoil a network.</summary>
public static class GradientClipping
{
    /// <summary>
    /// Scales all gradients by one factor where their common norm √(Σ g²) is above a limit, so that it becomes the limit; their direction stays.
    /// Pascanu et al., "On the difficulty of training recurrent neural networks", arXiv:1211.5063, algorithm 1.
    /// </summary>
    /// <param name="parameters">The tensors whose gradients count together.</param>
    /// <param name="limit">The largest norm, above 0.</param>
    /// <returns>The norm before scaling. NaN or infinite where a gradient is; then nothing is scaled.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public static double ByGlobalNorm(IReadOnlyList<TrainableTensor> parameters, float limit)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(limit > 0)) throw new ArgumentOutOfRangeException(nameof(limit), limit, "Expected a norm above 0.");
        var norm = Math.Sqrt(parameters.Sum(p => SumOfSquares(p.Gradient)));
        if (!(norm > limit) || !double.IsFinite(norm)) return norm;
        var factor = (float)(limit / norm);
        foreach (var p in parameters)
            Chunks.ForEach(p.Gradient.Length, (_, r) => Scale(p.Gradient.AsSpan(r), factor));
        return norm;
    }

    /// <summary>Bounds every entry of all gradients to −limit … limit; NaN stays NaN.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not above 0.</exception>
    public static void ByValue(IReadOnlyList<TrainableTensor> parameters, float limit)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!(limit > 0)) throw new ArgumentOutOfRangeException(nameof(limit), limit, "Expected a limit above 0.");
        foreach (var p in parameters)
            Chunks.ForEach(p.Gradient.Length, (_, r) => Bound(p.Gradient.AsSpan(r), limit));
    }

    private static void Scale(Span<float> values, float factor)
    {
        foreach (ref var v in values) v *= factor;
    }

    private static void Bound(Span<float> values, float limit)
    {
        foreach (ref var v in values) v = Math.Clamp(v, -limit, limit);
    }

    /// <summary>Each chunk is summed in a fixed number of lanes, then chunks are summed in order: the same bits on any machine.</summary>
    private static double SumOfSquares(float[] values)
    {
        var sums = new double[Chunks.Count(values.Length)];
        Chunks.ForEach(values.Length, (i, r) => sums[i] = SumOfSquares(values.AsSpan(r)));
        return sums.Sum();
    }

    private static double SumOfSquares(ReadOnlySpan<float> values)
    {
        var (even, odd) = (Vector256<double>.Zero, Vector256<double>.Zero);
        var i = 0;
        for (; i <= values.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(values[i..]));
            even += low * low;
            odd += high * high;
        }
        var sum = Vector256.Sum(even + odd);
        for (; i < values.Length; i++) sum += (double)values[i] * values[i];
        return sum;
    }
}

/// <summary>
/// Divides long arrays into chunks of a fixed length for parallel work. Chunks do not depend on the number of threads, so results have the same
/// bits everywhere.
/// </summary>
internal static class Chunks
{
    /// <summary>64 Ki values: a quarter of a megabyte, large beside the cost of handing out work.</summary>
    public const int Length = 1 << 16;

    public static int Count(int values) => (int)(((long)values + Length - 1) / Length);

    /// <summary>Calls <paramref name="body"/> with the number of each chunk and the range it covers.</summary>
    public static void ForEach(int values, Action<int, Range> body)
    {
        var count = Count(values);
        if (count == 1) body(0, ..values);
        else Parallel.For(0, count, i => body(i, (i * Length)..(int)Math.Min(values, (i + 1L) * Length)));
    }
}
