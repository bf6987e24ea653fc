using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MlNetVision.Imaging;

/// <summary>Writes a picture's pixels as the tensor of one picture (1×3×H×W or 1×H×W×3) that a network takes.</summary>
public static class TensorPacker
{
    /// <summary>Writes normalised floats: <c>(x − mean) · scale</c> a channel.</summary>
    /// <param name="picture">The picture, of the network's size.</param>
    /// <param name="target">Exactly 3 · width · height values.</param>
    /// <param name="layout">The order of the values.</param>
    /// <param name="normalization">The order of the channels, mean and factor.</param>
    /// <exception cref="ArgumentException">The target has another length.</exception>
    /// <exception cref="ObjectDisposedException">The picture was disposed.</exception>
    public static void Pack(Picture picture, Span<float> target, PixelLayout layout, PixelNormalization normalization)
    {
        ArgumentNullException.ThrowIfNull(normalization);
        var pixels = Check(picture, target.Length, layout);
        if (layout == PixelLayout.Nhwc)
        {
            PackInterleaved(pixels, target, normalization);
        }
        else
        {
            for (var c = 0; c < 3; c++)
                PackPlane(pixels, target.Slice(c * pixels.Length, pixels.Length), Shift(c, normalization.Bgr), normalization.Mean[c], normalization.Scale[c]);
        }
        GC.KeepAlive(picture);
    }

    /// <summary>Writes the bytes as they are, for networks with 8-bit input.</summary>
    /// <param name="picture">The picture, of the network's size.</param>
    /// <param name="target">Exactly 3 · width · height bytes.</param>
    /// <param name="layout">The order of the values.</param>
    /// <param name="bgr">Whether the channels are blue, green, red. Default: red, green, blue.</param>
    /// <exception cref="ArgumentException">The target has another length.</exception>
    /// <exception cref="ObjectDisposedException">The picture was disposed.</exception>
    public static void Pack(Picture picture, Span<byte> target, PixelLayout layout, bool bgr = false)
    {
        var pixels = Check(picture, target.Length, layout);
        var planar = layout == PixelLayout.Nchw;
        for (var c = 0; c < 3; c++)
        {
            var shift = Shift(c, bgr);
            var (at, step) = planar ? (c * pixels.Length, 1) : (c, 3);
            foreach (var pixel in pixels)
            {
                target[at] = (byte)(pixel >> shift);
                at += step;
            }
        }
        GC.KeepAlive(picture);
    }

    private static ReadOnlySpan<uint> Check(Picture picture, int length, PixelLayout layout)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (!Enum.IsDefined(layout)) throw new ArgumentException($"Pixel layout {(int)layout} is unknown; there are Nchw and Nhwc.", nameof(layout));
        var pixels = picture.Words;
        if (length != pixels.Length * 3L)
            throw new ArgumentException($"The target has {length} values; a picture of {picture.Width}×{picture.Height} pixels takes {pixels.Length * 3L}.", nameof(length));
        return pixels;
    }

    /// <summary>The bits that a channel lies above the lowest of a pixel's word.</summary>
    private static int Shift(int channel, bool bgr)
    {
        var index = bgr ? 2 - channel : channel;
        return 8 * (BitConverter.IsLittleEndian ? index : 3 - index);
    }

    private static void PackPlane(ReadOnlySpan<uint> pixels, Span<float> plane, int shift, float mean, float scale)
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
        for (; i < pixels.Length; i++) Unsafe.Add(ref target, i) = ((byte)(pixels[i] >> shift) - mean) * scale;
    }

    private static void PackInterleaved(ReadOnlySpan<uint> pixels, Span<float> target, PixelNormalization n)
    {
        var (s0, s1, s2) = (Shift(0, n.Bgr), Shift(1, n.Bgr), Shift(2, n.Bgr));
        var (m0, m1, m2) = (n.Mean[0], n.Mean[1], n.Mean[2]);
        var (f0, f1, f2) = (n.Scale[0], n.Scale[1], n.Scale[2]);
        var at = 0;
        foreach (var pixel in pixels)
        {
            target[at] = ((byte)(pixel >> s0) - m0) * f0;
            target[at + 1] = ((byte)(pixel >> s1) - m1) * f1;
            target[at + 2] = ((byte)(pixel >> s2) - m2) * f2;
            at += 3;
        }
    }
}
