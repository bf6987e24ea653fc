using System.Numerics;
using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>
/// Has soft edges follow the image: a pixel that looks like the background beside it is not kept, whatever the mask says, and
/// what is kept takes on the colours of what surely is, so that no rim of the old background is seen over the new one. The part
/// of a pixel I that is foreground is its projection onto the line from the background's colour B to the foreground's F,
/// t = (I − B)·(F − B) / |F − B|², with F and B from the surely kept and the surely replaced pixels around it.
/// </summary>
internal static class SoftEdges
{
    // Colours nearer to each other than the first say nothing, further apart than the second all.
    private const float Alike = 20, Apart = 60;

    // The estimates' deviation in feathers: wide enough to reach across the edge.
    private const float Reach = 0.7f;

    /// <param name="source">The image.</param>
    /// <param name="mask">The classes of its pixels.</param>
    /// <param name="kept">The classes that are kept.</param>
    /// <param name="matte">How much of each pixel is kept, soft within the feather; refined in place.</param>
    /// <param name="feather">How far edges run out, in pixels, 1 at least.</param>
    /// <returns>A new image, which differs from the source within soft edges only.</returns>
    public static RgbImage Refine(RgbImage source, SegmentationMask mask, bool[] kept, Span<byte> matte, int feather)
    {
        var plane = new byte[matte.Length];
        var colors = Estimate(source, mask, kept, matte, plane, feather, isForeground: true);
        using var background = Estimate(source, mask, kept, matte, plane, feather, isForeground: false);
        Compare(source.Words, colors.Words, background.Words, matte, plane);
        // Single pixels would sparkle.
        BoxBlur.Apply(plane, mask.Width, mask.Height, 1);
        Apply(source.Words, colors.Words, matte, plane);
        GC.KeepAlive(source);
        return colors;
    }

    /// <summary>The colours of one side, which its pixels by the outline have little say in, but do: there are thin things that have no others.</summary>
    private static RgbImage Estimate(RgbImage source, SegmentationMask mask, bool[] kept, ReadOnlySpan<byte> matte, byte[] rest, int feather, bool isForeground)
    {
        var classes = mask.Classes;
        for (var i = 0; i < rest.Length; i++)
        {
            var share = isForeground ? matte[i] : 255 - matte[i];
            rest[i] = kept[classes[i]] == isForeground ? (byte)(255 - share * share * share / (255 * 255)) : byte.MaxValue;
        }
        return NormalizedBlur.Make(source, rest, Math.Max(0.5f, Reach * feather));
    }

    /// <summary>Writes how much of each soft pixel looks like foreground; all of every other one.</summary>
    private static void Compare(ReadOnlySpan<uint> source, ReadOnlySpan<uint> foreground, ReadOnlySpan<uint> background, ReadOnlySpan<byte> matte, Span<byte> likeness)
    {
        for (var i = 0; i < likeness.Length; i++)
        {
            likeness[i] = 255;
            if (matte[i] is 0 or 255) continue;
            var back = Color(background[i]);
            var line = Color(foreground[i]) - back;
            var square = line.LengthSquared();
            var told = Math.Clamp((MathF.Sqrt(square) - Alike) / (Apart - Alike), 0, 1);
            var part = Math.Clamp(Vector3.Dot(Color(source[i]) - back, line) / Math.Max(square, 1), 0, 1);
            likeness[i] = (byte)(255 * (part * told + 1 - told) + 0.5f);
        }
    }

    private static void Apply(ReadOnlySpan<uint> source, Span<uint> colors, Span<byte> matte, ReadOnlySpan<byte> likeness)
    {
        for (var i = 0; i < colors.Length; i++)
        {
            if (matte[i] is 0 or 255)
            {
                colors[i] = source[i];
                continue;
            }
            var part = Math.Max(likeness[i], Trust(matte[i])) / 255f;
            colors[i] = AlphaBlend.Mix(colors[i], source[i], (byte)(255 * part));
            // 3t² − 2t³: what is nearly background goes, what is nearly foreground stays.
            matte[i] = (byte)(matte[i] * (part * part * (3 - 2 * part)) + 0.5f);
        }
    }

    /// <summary>How far the matte alone makes sure that a pixel is kept: (2 · kept − 1)², nothing up to a half.</summary>
    private static byte Trust(byte kept) => kept < 128 ? (byte)0 : (byte)((2 * kept - 255) * (2 * kept - 255) / 255);

    private static Vector3 Color(uint pixel) => new(pixel & 255, pixel >> 8 & 255, pixel >> 16 & 255);
}
