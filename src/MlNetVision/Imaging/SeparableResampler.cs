using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MlNetVision.Imaging;

/// <summary>
/// Resamples columns, then rows, in floats. A source row is resampled once and kept while target rows need it, so that no
/// picture lies in between.
/// </summary>
internal static class SeparableResampler
{
    /// <summary>The most resampled rows that are kept; where more taps are asked for, rows are worked out again.</summary>
    private const int MostRows = 64;

    public static void Fill(Picture source, PictureRegion target, AxisTaps columns, AxisTaps rows)
    {
        var length = target.Width * 4;
        var kept = Math.Min(rows.Taps, MostRows);
        var buffer = ArrayPool<float>.Shared.Rent(length * (kept + 1));
        try
        {
            Span<int> held = stackalloc int[kept];
            held.Fill(-1);
            var sum = buffer.AsSpan(kept * length, length);
            for (var y = 0; y < target.Height; y++)
            {
                sum.Clear();
                for (var t = 0; t < rows.Taps; t++)
                {
                    var weight = rows.Weights[y * rows.Taps + t];
                    if (weight == 0) continue;
                    var row = rows.Starts[y] + t;
                    var line = buffer.AsSpan(row % kept * length, length);
                    if (held[row % kept] != row) Columns(source.Words.Slice(row * source.Width, source.Width), line, columns);
                    held[row % kept] = row;
                    Add(line, weight, sum);
                }
                Round(sum, MemoryMarshal.AsBytes(target.Row(y)));
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
        GC.KeepAlive(source);
        GC.KeepAlive(target.Picture);
    }

    private static void Columns(ReadOnlySpan<uint> source, Span<float> line, AxisTaps columns)
    {
        for (var x = 0; x < columns.Starts.Length; x++)
        {
            var sum = Vector128<float>.Zero;
            for (var t = 0; t < columns.Taps; t++) sum += Channels(source[columns.Starts[x] + t]) * columns.Weights[x * columns.Taps + t];
            sum.CopyTo(line[(4 * x)..]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Channels(uint pixel)
    {
        var bytes = Vector128.CreateScalarUnsafe(pixel).AsByte();
        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32());
    }

    private static void Add(ReadOnlySpan<float> line, float weight, Span<float> sum)
    {
        for (var i = 0; i < sum.Length; i++) sum[i] += line[i] * weight;
    }

    private static void Round(ReadOnlySpan<float> sum, Span<byte> target)
    {
        for (var i = 0; i < target.Length; i++) target[i] = (byte)(sum[i] + 0.5f);
    }
}
