using System.Buffers;
using System.Numerics;

namespace MlNetVision.Imaging;

/// <summary>Box blurs of bytes by running sums: the time does not depend on the radius.</summary>
internal static class BoxBlur
{
    /// <summary>Above this, float sums are not exact.</summary>
    private const int MaxRadius = 10_000;

    /// <summary>Replaces every value by the rounded mean of the (2 · radius + 1)² values around it; the border is repeated.</summary>
    /// <param name="plane">The pixels row by row, one byte per channel.</param>
    /// <param name="width">Pixels in a row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="radius">0 to 10,000 pixels.</param>
    /// <param name="channels">Bytes per pixel, each blurred on its own.</param>
    public static void Apply(Span<byte> plane, int width, int height, int radius, int channels = 1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(radius, MaxRadius);
        var buffer = ArrayPool<byte>.Shared.Rent(plane.Length);
        try
        {
            var rows = buffer.AsSpan(0, plane.Length);
            var stride = width * channels;
            for (var y = 0; y < height; y++)
            {
                for (var c = 0; c < channels; c++)
                    Row(plane.Slice(y * stride, stride)[c..], rows.Slice(y * stride, stride)[c..], width, channels, radius);
            }
            Columns(rows, plane, stride, height, radius);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Row(ReadOnlySpan<byte> from, Span<byte> to, int width, int apart, int radius)
    {
        // Most rows of a matte are constant.
        if (apart == 1 && !from.ContainsAnyExcept(from[0]))
        {
            from.CopyTo(to);
            return;
        }
        var last = width - 1;
        var scale = 1f / (2 * radius + 1);
        // Half the divisor rounds; half a unit more keeps exact quotients from rounding down.
        var sum = (radius + 1) * from[0] + radius;
        for (var x = 1; x <= radius; x++) sum += from[Math.Min(x, last) * apart];
        for (var x = 0; x < width; x++)
        {
            to[x * apart] = (byte)((sum + 0.5f) * scale);
            sum += from[Math.Min(x + radius + 1, last) * apart] - from[Math.Max(x - radius, 0) * apart];
        }
    }

    private static void Columns(ReadOnlySpan<byte> from, Span<byte> to, int stride, int height, int radius)
    {
        var sums = new float[stride];
        for (var x = 0; x < stride; x++) sums[x] = (radius + 1) * from[x] + radius + 0.5f;
        for (var y = 1; y <= radius; y++)
        {
            var row = from.Slice(Math.Min(y, height - 1) * stride, stride);
            for (var x = 0; x < stride; x++) sums[x] += row[x];
        }
        for (var y = 0; y < height; y++)
        {
            var enters = from.Slice(Math.Min(y + radius + 1, height - 1) * stride, stride);
            var leaves = from.Slice(Math.Max(y - radius, 0) * stride, stride);
            Step(sums, 1f / (2 * radius + 1), enters, leaves, to.Slice(y * stride, stride));
        }
    }

    /// <summary>to = sums · scale; sums += enters − leaves.</summary>
    private static void Step(Span<float> sums, float scale, ReadOnlySpan<byte> enters, ReadOnlySpan<byte> leaves, Span<byte> to)
    {
        var x = 0;
        var count = Vector<float>.Count;
        for (; x <= to.Length - Vector<byte>.Count; x += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(enters[x..]), out var enter0, out var enter1);
            Vector.Widen(new Vector<byte>(leaves[x..]), out var leave0, out var leave1);
            var part = sums.Slice(x, Vector<byte>.Count);
            var low = Narrow(part, scale, Vector.AsVectorInt16(enter0) - Vector.AsVectorInt16(leave0));
            var high = Narrow(part[(2 * count)..], scale, Vector.AsVectorInt16(enter1) - Vector.AsVectorInt16(leave1));
            Vector.Narrow(low, high).CopyTo(to[x..]);
        }
        for (; x < to.Length; x++)
        {
            to[x] = (byte)(sums[x] * scale);
            sums[x] += enters[x] - leaves[x];
        }
    }

    private static Vector<ushort> Narrow(Span<float> sums, float scale, Vector<short> change)
    {
        Vector.Widen(change, out var change0, out var change1);
        var (first, second) = (new Vector<float>(sums), new Vector<float>(sums[Vector<float>.Count..]));
        (first + Vector.ConvertToSingle(change0)).CopyTo(sums);
        (second + Vector.ConvertToSingle(change1)).CopyTo(sums[Vector<float>.Count..]);
        return Vector.Narrow(
            Vector.AsVectorUInt32(Vector.ConvertToInt32(first * scale)), Vector.AsVectorUInt32(Vector.ConvertToInt32(second * scale)));
    }
}
