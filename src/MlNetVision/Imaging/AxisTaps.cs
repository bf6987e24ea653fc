using System.Buffers;

namespace MlNetVision.Imaging;

/// <summary>
/// The source pixels and weights of each target pixel along one axis; the weights of a pixel add up to 1.
/// The arrays are rented, because every image needs them; disposing returns them.
/// </summary>
internal sealed class AxisTaps : IDisposable
{
    private readonly int _count;
    private readonly int[] _starts;
    private readonly float[] _weights;

    private AxisTaps(int count, int taps)
    {
        Taps = taps;
        _count = count;
        _starts = ArrayPool<int>.Shared.Rent(count);
        _weights = ArrayPool<float>.Shared.Rent(checked(count * taps));
    }

    /// <summary>The number of taps, the same for every target pixel; spare ones have weight 0.</summary>
    public int Taps { get; }

    /// <summary>The first source pixel of each target pixel; start + taps never passes the end.</summary>
    public Span<int> Starts => _starts.AsSpan(0, _count);

    /// <summary>The weights, <see cref="Taps"/> for each target pixel.</summary>
    public Span<float> Weights => _weights.AsSpan(0, _count * Taps);

    /// <summary>
    /// Computes the taps of the target pixels <paramref name="from"/> … <paramref name="from"/> + <paramref name="count"/> − 1 of a scaled
    /// length.
    /// </summary>
    public static AxisTaps For(Resampler resampler, int source, long scaled, long from, int count) => resampler switch
    {
        Resampler.Nearest => Nearest(source, scaled, from, count),
        Resampler.Area => Area(source, scaled, from, count),
        Resampler.HalfPixelBilinear => Linear(source, from, count, i => (i + 0.5) * source / scaled - 0.5),
        // Darknet takes the last pixel for c == w−1, which also covers a target of one pixel.
        _ => Linear(source, from, count, i => i == scaled - 1 ? source - 1 : (double)i * (source - 1) / (scaled - 1)),
    };

    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(_starts);
        ArrayPool<float>.Shared.Return(_weights);
    }

    private static AxisTaps Nearest(int source, long scaled, long from, int count)
    {
        var axis = new AxisTaps(count, 1);
        var starts = axis.Starts;
        axis.Weights.Fill(1);
        for (var i = 0; i < count; i++) starts[i] = (int)Math.Min((from + i + 0.5) * source / scaled, source - 1);
        return axis;
    }

    private static AxisTaps Linear(int source, long from, int count, Func<long, double> position)
    {
        var axis = new AxisTaps(count, Math.Min(2, source));
        var starts = axis.Starts;
        var weights = axis.Weights;
        starts.Clear();
        weights.Fill(1);
        for (var i = 0; i < count && axis.Taps == 2; i++)
        {
            var at = Math.Clamp(position(from + i), 0, source - 1);
            starts[i] = Math.Min((int)at, source - 2);
            weights[2 * i + 1] = (float)(at - starts[i]);
            weights[2 * i] = 1 - weights[2 * i + 1];
        }
        return axis;
    }

    private static AxisTaps Area(int source, long scaled, long from, int count)
    {
        var scale = (double)source / scaled;
        var half = Math.Max(1, scale);
        var axis = new AxisTaps(count, (int)Math.Min(source, (long)Math.Ceiling(2 * half)));
        var starts = axis.Starts;
        for (var i = 0; i < count; i++)
        {
            var centre = (from + i + 0.5) * scale;
            var start = starts[i] = (int)Math.Clamp(Math.Floor(centre - half + 0.5), 0, source - axis.Taps);
            var weights = axis.Weights.Slice(i * axis.Taps, axis.Taps);
            var sum = 0.0;
            for (var t = 0; t < weights.Length; t++) sum += Triangle((start + t + 0.5 - centre) / half);
            for (var t = 0; t < weights.Length; t++) weights[t] = (float)(Triangle((start + t + 0.5 - centre) / half) / sum);
        }
        return axis;
    }

    private static double Triangle(double distance) => Math.Max(0, 1 - Math.Abs(distance));
}
