using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MlNetVision.Imaging;

/// <summary>
/// The inner loops of <see cref="SeparableResampler"/>, on four channels at a time. Products and sums are rounded
/// separately (no fused multiply-add), so that every processor gives the same bytes. They are compiled optimised at the first
/// call: with tiered compilation the first few hundred images take four times as long.
/// </summary>
internal static class ResampleKernels
{
    /// <summary>Two taps per target pixel: one load of 8 bytes gives both neighbours.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TwoColumns(ReadOnlySpan<uint> source, Span<float> line, AxisTaps columns)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(line);
        ref var weight = ref MemoryMarshal.GetReference(columns.Weights);
        var starts = columns.Starts;
        for (var x = 0; x < starts.Length; x++)
        {
            var pair = Unsafe.ReadUnaligned<ulong>(ref Unsafe.As<uint, byte>(ref Unsafe.Add(ref from, starts[x])));
            var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(pair).AsByte());
            var left = Vector128.ConvertToSingle(Vector128.WidenLower(shorts).AsInt32());
            var right = Vector128.ConvertToSingle(Vector128.WidenUpper(shorts).AsInt32());
            var sum = left * Unsafe.Add(ref weight, 2 * x) + right * Unsafe.Add(ref weight, 2 * x + 1);
            sum.StoreUnsafe(ref to, (nuint)(4 * x));
        }
    }

    /// <summary>Any number of taps per target pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ManyColumns(ReadOnlySpan<uint> source, Span<float> line, AxisTaps columns)
    {
        ref var from = ref MemoryMarshal.GetReference(source);
        ref var to = ref MemoryMarshal.GetReference(line);
        ref var weight = ref MemoryMarshal.GetReference(columns.Weights);
        var starts = columns.Starts;
        var taps = columns.Taps;
        for (var x = 0; x < starts.Length; x++)
        {
            ref var pixel = ref Unsafe.Add(ref from, starts[x]);
            var sum = Vector128<float>.Zero;
            for (var t = 0; t < taps; t++) sum += Channels(Unsafe.Add(ref pixel, t)) * Unsafe.Add(ref weight, t);
            sum.StoreUnsafe(ref to, (nuint)(4 * x));
            weight = ref Unsafe.Add(ref weight, taps);
        }
    }

    /// <summary>Rounds values of at least 0 to the nearest whole number, halves up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Round(Span<float> line)
    {
        ref var at = ref MemoryMarshal.GetReference(line);
        var i = 0;
        for (; i <= line.Length - 4; i += 4)
            Vector128.ConvertToSingle(Vector128.ConvertToInt32Native(Vector128.LoadUnsafe(ref at, (nuint)i) + Vector128.Create(0.5f)))
                .StoreUnsafe(ref at, (nuint)i);
        for (; i < line.Length; i++) line[i] = (int)(line[i] + 0.5f);
    }

    /// <summary>sum += line · weight.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddRow(ReadOnlySpan<float> line, float weight, Span<float> sum)
    {
        ref var from = ref MemoryMarshal.GetReference(line);
        ref var to = ref MemoryMarshal.GetReference(sum);
        var i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
            (Vector.LoadUnsafe(ref to, (nuint)i) + Vector.LoadUnsafe(ref from, (nuint)i) * weight).StoreUnsafe(ref to, (nuint)i);
        for (; i < sum.Length; i++) sum[i] += line[i] * weight;
    }

    /// <summary>target = upper · upperWeight + lower · lowerWeight, rounded to the nearest byte. Weights add up to 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BlendRows(ReadOnlySpan<float> upper, float upperWeight, ReadOnlySpan<float> lower, float lowerWeight, Span<byte> target)
    {
        ref var a = ref MemoryMarshal.GetReference(upper);
        ref var b = ref MemoryMarshal.GetReference(lower);
        var (wa, wb) = (Vector128.Create(upperWeight), Vector128.Create(lowerWeight));
        var i = 0;
        for (; i <= target.Length - 16; i += 16)
        {
            var first = Vector128.Narrow(Blend(ref a, wa, ref b, wb, i), Blend(ref a, wa, ref b, wb, i + 4));
            var second = Vector128.Narrow(Blend(ref a, wa, ref b, wb, i + 8), Blend(ref a, wa, ref b, wb, i + 12));
            Vector128.Narrow(first, second).AsByte().StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i);
        }
        for (; i < target.Length; i++) target[i] = (byte)(upper[i] * upperWeight + lower[i] * lowerWeight + 0.5f);
    }

    /// <summary>
    /// The sum of two lines in OpenCV's fixed point numbers (<c>imgproc/src/resize.cpp</c>, VResizeLinear): lines and weights are whole numbers of
    /// <see cref="AxisTaps.FixedOne"/> parts, and bits are cut off where OpenCV does.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void BlendFixed(ReadOnlySpan<float> upper, int upperWeight, ReadOnlySpan<float> lower, int lowerWeight, Span<byte> target)
    {
        ref var a = ref MemoryMarshal.GetReference(upper);
        ref var b = ref MemoryMarshal.GetReference(lower);
        var (wa, wb) = (Vector128.Create(upperWeight), Vector128.Create(lowerWeight));
        var i = 0;
        for (; i <= target.Length - 16; i += 16)
        {
            var first = Vector128.Narrow(Fixed(ref a, wa, ref b, wb, i), Fixed(ref a, wa, ref b, wb, i + 4));
            var second = Vector128.Narrow(Fixed(ref a, wa, ref b, wb, i + 8), Fixed(ref a, wa, ref b, wb, i + 12));
            Vector128.Narrow(first, second).AsByte().StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)i);
        }
        for (; i < target.Length; i++)
            target[i] = (byte)(((((int)upper[i] >> 4) * upperWeight >> 16) + (((int)lower[i] >> 4) * lowerWeight >> 16) + 2) >> 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Fixed(ref float a, Vector128<int> wa, ref float b, Vector128<int> wb, int i)
    {
        var upper = (Vector128.ConvertToInt32Native(Vector128.LoadUnsafe(ref a, (nuint)i)) >> 4) * wa >> 16;
        var lower = (Vector128.ConvertToInt32Native(Vector128.LoadUnsafe(ref b, (nuint)i)) >> 4) * wb >> 16;
        return (upper + lower + Vector128.Create(2)) >> 2;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Blend(ref float a, Vector128<float> wa, ref float b, Vector128<float> wb, int i)
    {
        var sum = Vector128.LoadUnsafe(ref a, (nuint)i) * wa + Vector128.LoadUnsafe(ref b, (nuint)i) * wb + Vector128.Create(0.5f);
        return Vector128.ConvertToInt32Native(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Channels(uint pixel)
    {
        var bytes = Vector128.CreateScalarUnsafe(pixel).AsByte();
        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32());
    }
}
