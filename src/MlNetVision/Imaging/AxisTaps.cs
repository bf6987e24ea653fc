using System.Buffers;

namespace MlNetVision.Imaging;

/// <summary>
/// The source pixels and weights of each target pixel along one axis; the weights of a pixel add up to 1, or to <see cref="FixedOne"/>.
/// The arrays are rented, because every image needs them; disposing returns them.
/// </summary>
internal sealed class AxisTaps : IDisposable
{
    /// <summary>1 in the fixed point numbers of <see cref="Resampler.HalfPixelBilinear"/>: OpenCV's weights have 11 bits.</summary>
    public const int FixedOne = 1 << 11;

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

    /// <summary>
    /// The first source pixel of each target pixel; start + taps never passes the end. Rows of <see cref="Resampler.HalfPixelBilinear"/> may start one
    /// above the first and end one below the last, where the border is repeated.
    /// </summary>
    public Span<int> Starts => _starts.AsSpan(0, _count);

    /// <summary>The weights, <see cref="Taps"/> for each target pixel.</summary>
    public Span<float> Weights => _weights.AsSpan(0, _count * Taps);

    /// <summary>
    /// Computes the taps of the target pixels <paramref name="from"/> … <paramref name="from"/> + <paramref name="count"/> − 1 of a scaled
    /// length.
    /// </summary>
    public static AxisTaps For(Resampler resampler, int source, long scaled, long from, int count, bool areRows = false) => resampler switch
    {
        Resampler.Nearest => Nearest(source, scaled, from, count),
        Resampler.Area => Area(source, scaled, from, count),
        Resampler.HalfPixelBilinear => HalfPixel(source, scaled, from, count, areRows),
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

    /// <summary>OpenCV's <c>resize</c> (<c>imgproc/src/resize.cpp</c>): positions in single precision, weights rounded to whole numbers.</summary>
    private static AxisTaps HalfPixel(int source, long scaled, long from, int count, bool areRows)
    {
        var axis = new AxisTaps(count, areRows ? 2 : Math.Min(2, source));
        var (starts, weights, scale) = (axis._starts, axis._weights, (double)source / scaled);
        for (var i = 0; i < count; i++)
        {
            var at = (float)((from + i + 0.5) * scale - 0.5);
            var (start, share) = ((int)MathF.Floor(at), at - MathF.Floor(at));
            // OpenCV adds two equal rows beyond the border, whose bits are cut off separately, but takes one column.
            if (!areRows && start < 0) (start, share) = (0, 0);
            if (!areRows && start >= source - 1) (start, share) = (source - axis.Taps, axis.Taps - 1);
            starts[i] = start;
            weights[axis.Taps * i] = MathF.Round((1 - share) * FixedOne);
            if (axis.Taps == 2) weights[2 * i + 1] = MathF.Round(share * FixedOne);
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
