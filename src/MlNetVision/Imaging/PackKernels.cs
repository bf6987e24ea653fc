using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MlNetVision.Imaging;

/// <summary>
/// The inner loops of <see cref="TensorPacker"/>. A pixel is a word with red in its lowest byte: SkiaSharp's native library
/// exists for little-endian machines only. They are compiled optimised at the first call.
/// </summary>
internal static class PackKernels
{
    /// <summary>One channel, <paramref name="shift"/> bits up in a pixel, as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Plane(ReadOnlySpan<uint> pixels, Span<float> plane, int shift, float mean, float scale)
    {
        ref var source = ref MemoryMarshal.GetReference(pixels);
        ref var target = ref MemoryMarshal.GetReference(plane);
        var (means, scales, mask) = (new Vector<float>(mean), new Vector<float>(scale), new Vector<uint>(0xFF));
        var i = 0;
        for (; i <= pixels.Length - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            var x = Vector.LoadUnsafe(ref source, (nuint)i) >>> shift & mask;
            ((Vector.ConvertToSingle(x.As<uint, int>()) - means) * scales).StoreUnsafe(ref target, (nuint)i);
        }
        for (; i < pixels.Length; i++) plane[i] = ((byte)(pixels[i] >> shift) - mean) * scale;
    }

    /// <summary>One channel, <paramref name="shift"/> bits up in a pixel, as bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Plane(ReadOnlySpan<uint> pixels, Span<byte> plane, int shift)
    {
        ref var source = ref MemoryMarshal.GetReference(pixels);
        var mask = Vector128.Create(0xFFu);
        var i = 0;
        for (; i <= pixels.Length - 16; i += 16)
        {
            var first = Vector128.Narrow(Channel(ref source, i, shift, mask), Channel(ref source, i + 4, shift, mask));
            var second = Vector128.Narrow(Channel(ref source, i + 8, shift, mask), Channel(ref source, i + 12, shift, mask));
            Vector128.Narrow(first, second).StoreUnsafe(ref MemoryMarshal.GetReference(plane), (nuint)i);
        }
        for (; i < pixels.Length; i++) plane[i] = (byte)(pixels[i] >> shift);
    }

    /// <summary>Three floats per pixel. Four are written at a time; the next pixel overwrites the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Interleaved(ReadOnlySpan<uint> pixels, Span<float> target, PixelNormalization n)
    {
        ref var to = ref MemoryMarshal.GetReference(target);
        var means = Vector128.Create(n.Mean[0], n.Mean[1], n.Mean[2], 0);
        var scales = Vector128.Create(n.Scale[0], n.Scale[1], n.Scale[2], 0);
        var order = n.Bgr ? Vector128.Create(2, 1, 0, 3) : Vector128.Create(0, 1, 2, 3);
        for (var i = 0; i < pixels.Length; i++)
        {
            var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(pixels[i]).AsByte());
            var x = Vector128.ConvertToSingle(Vector128.ShuffleNative(Vector128.WidenLower(shorts).AsInt32(), order));
            var values = (x - means) * scales;
            if (i < pixels.Length - 1) values.StoreUnsafe(ref to, (nuint)(3 * i));
            else for (var c = 0; c < 3; c++) target[3 * i + c] = values[c];
        }
    }

    /// <summary>Three bytes per pixel. Sixteen are written at a time; the next pixels overwrite the last four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Interleaved(ReadOnlySpan<uint> pixels, Span<byte> target, bool bgr)
    {
        ref var source = ref MemoryMarshal.GetReference(pixels);
        var order = bgr
            ? Vector128.Create((byte)2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, 15, 15, 15, 15)
            : Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 15, 15, 15, 15);
        var i = 0;
        for (; 3 * i <= target.Length - 16; i += 4)
        {
            var four = Vector128.LoadUnsafe(ref source, (nuint)i).AsByte();
            Vector128.ShuffleNative(four, order).StoreUnsafe(ref MemoryMarshal.GetReference(target), (nuint)(3 * i));
        }
        for (; i < pixels.Length; i++)
        {
            var (red, blue) = ((byte)pixels[i], (byte)(pixels[i] >> 16));
            (target[3 * i], target[3 * i + 1], target[3 * i + 2]) = (bgr ? blue : red, (byte)(pixels[i] >> 8), bgr ? red : blue);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Channel(ref uint source, int at, int shift, Vector128<uint> mask) =>
        Vector128.LoadUnsafe(ref source, (nuint)at) >>> shift & mask;
}
