namespace MlNetVision.Imaging;

/// <summary>Which source pixels along one axis make each target pixel, and with what weight; weights of a pixel add up to 1.</summary>
internal sealed class AxisTaps
{
    private AxisTaps(int count, int taps)
    {
        Taps = taps;
        Starts = new int[count];
        Weights = new float[count * taps];
    }

    /// <summary>The number of taps, the same for every target pixel; spare ones have weight 0.</summary>
    public int Taps { get; }

    /// <summary>The first source pixel of each target pixel; start + taps never passes the end.</summary>
    public int[] Starts { get; }

    /// <summary>The weights, <see cref="Taps"/> for each target pixel.</summary>
    public float[] Weights { get; }

    /// <summary>Works out the taps of the target pixels <paramref name="from"/> … <paramref name="from"/> + <paramref name="count"/> − 1 of a scaled length.</summary>
    public static AxisTaps For(Resampler resampler, int source, long scaled, long from, int count) => resampler switch
    {
        Resampler.Nearest => Nearest(source, scaled, from, count),
        Resampler.Area => Area(source, scaled, from, count),
        Resampler.HalfPixelBilinear => Linear(source, from, count, i => (i + 0.5) * source / scaled - 0.5),
        // c == w−1 takes the last pixel in Darknet whatever the scale, which also covers a target of one pixel.
        _ => Linear(source, from, count, i => i == scaled - 1 ? source - 1 : (double)i * (source - 1) / (scaled - 1)),
    };

    private static AxisTaps Nearest(int source, long scaled, long from, int count)
    {
        var axis = new AxisTaps(count, 1);
        Array.Fill(axis.Weights, 1);
        for (var i = 0; i < count; i++) axis.Starts[i] = (int)Math.Min((from + i + 0.5) * source / scaled, source - 1);
        return axis;
    }

    private static AxisTaps Linear(int source, long from, int count, Func<long, double> position)
    {
        var axis = new AxisTaps(count, Math.Min(2, source));
        if (axis.Taps == 1) Array.Fill(axis.Weights, 1);
        for (var i = 0; i < count && axis.Taps == 2; i++)
        {
            var at = Math.Clamp(position(from + i), 0, source - 1);
            var start = Math.Min((int)at, source - 2);
            axis.Starts[i] = start;
            axis.Weights[2 * i + 1] = (float)(at - start);
            axis.Weights[2 * i] = 1 - axis.Weights[2 * i + 1];
        }
        return axis;
    }

    private static AxisTaps Area(int source, long scaled, long from, int count)
    {
        var scale = (double)source / scaled;
        var half = Math.Max(1, scale);
        var axis = new AxisTaps(count, (int)Math.Min(source, (long)Math.Ceiling(half) * 2 + 1));
        var weights = new double[axis.Taps];
        for (var i = 0; i < count; i++)
        {
            var centre = (from + i + 0.5) * scale;
            var start = (int)Math.Clamp(Math.Floor(centre - half + 0.5), 0, source - axis.Taps);
            var sum = 0.0;
            for (var t = 0; t < axis.Taps; t++) sum += weights[t] = Math.Max(0, 1 - Math.Abs(start + t + 0.5 - centre) / half);
            axis.Starts[i] = start;
            for (var t = 0; t < axis.Taps; t++) axis.Weights[i * axis.Taps + t] = (float)(weights[t] / sum);
        }
        return axis;
    }
}
