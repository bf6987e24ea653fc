using System.Buffers;
using System.Runtime.InteropServices;

namespace MlNetVision.Imaging;

/// <summary>
/// Resamples along columns, then along rows, in floats. A source row is resampled once and kept while target rows need it,
/// without an intermediate image.
/// </summary>
internal sealed class SeparableResampler : IDisposable
{
    /// <summary>The most resampled rows that are kept; with more taps, rows are computed again.</summary>
    private const int MostRows = 64;

    private readonly RgbImage _source;
    private readonly AxisTaps _columns;
    private readonly bool _roundLines;
    private readonly int _length;
    private readonly int[] _held;
    private readonly float[] _buffer;

    private SeparableResampler(RgbImage source, int width, AxisTaps columns, int rows, bool roundLines)
    {
        _roundLines = roundLines;
        _source = source;
        _columns = columns;
        _length = width * 4;
        _held = new int[Math.Min(rows, MostRows)];
        Array.Fill(_held, -1);
        _buffer = ArrayPool<float>.Shared.Rent(checked(_length * (_held.Length + 1)));
    }

    /// <summary>Writes every pixel of the target region.</summary>
    /// <param name="source">The image.</param>
    /// <param name="target">What is written.</param>
    /// <param name="columns">The taps along the columns.</param>
    /// <param name="rows">The taps along the rows.</param>
    /// <param name="resampler">Whose taps they are.</param>
    public static void Fill(RgbImage source, ImageRegion target, AxisTaps columns, AxisTaps rows, Resampler resampler)
    {
        // Pillow makes an intermediate image of bytes.
        using var lines = new SeparableResampler(source, target.Width, columns, rows.Taps, roundLines: resampler == Resampler.Area);
        for (var y = 0; y < target.Height; y++)
        {
            var bytes = MemoryMarshal.AsBytes(target.Row(y));
            var weights = rows.Weights.Slice(y * rows.Taps, rows.Taps);
            if (resampler == Resampler.HalfPixelBilinear) lines.BlendFixed(rows.Starts[y], weights, bytes);
            else if (rows.Taps == 2) lines.BlendTwo(rows.Starts[y], weights, bytes);
            else lines.BlendMany(rows.Starts[y], weights, bytes);
        }
        GC.KeepAlive(source);
        GC.KeepAlive(target.Image);
    }

    public void Dispose() => ArrayPool<float>.Shared.Return(_buffer);

    private void BlendTwo(int row, ReadOnlySpan<float> weights, Span<byte> target) =>
        ResampleKernels.BlendRows(Line(row), weights[0], Line(row + 1), weights[1], target);

    private void BlendFixed(int row, ReadOnlySpan<float> weights, Span<byte> target) => ResampleKernels.BlendFixed(
        Line(Math.Max(row, 0)), (int)weights[0], Line(Math.Min(row + 1, _source.Height - 1)), (int)weights[1], target);

    private void BlendMany(int row, ReadOnlySpan<float> weights, Span<byte> target)
    {
        var sum = _buffer.AsSpan(_held.Length * _length, _length);
        sum.Clear();
        for (var t = 0; t < weights.Length; t++)
        {
            if (weights[t] != 0) ResampleKernels.AddRow(Line(row + t), weights[t], sum);
        }
        ResampleKernels.BlendRows(sum, 1, sum, 0, target);
    }

    /// <summary>A source row, resampled along its columns.</summary>
    private Span<float> Line(int row)
    {
        var slot = row % _held.Length;
        var line = _buffer.AsSpan(slot * _length, _length);
        if (_held[slot] == row) return line;
        var words = _source.Words.Slice(row * _source.Width, _source.Width);
        if (_columns.Taps == 2) ResampleKernels.TwoColumns(words, line, _columns);
        else ResampleKernels.ManyColumns(words, line, _columns);
        if (_roundLines) ResampleKernels.Round(line);
        _held[slot] = row;
        return line;
    }
}
