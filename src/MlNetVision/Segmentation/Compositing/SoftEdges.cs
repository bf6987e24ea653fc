using System.Numerics;
using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>
/// Fits soft edges to the image: a pixel that looks like the background beside it is not kept, whatever the mask, and kept
/// pixels take the colours of the certain foreground, so that no rim of the old background is visible over the new one. The part
/// of a pixel I that is foreground is its projection onto the line from the background's colour B to the foreground's F,
/// t = (I − B)·(F − B) / |F − B|², with F and B from the pixels around it that are certain foreground and background.
/// </summary>
internal static class SoftEdges
{
    // Colours closer than the first give no evidence, further apart than the second full evidence.
    private const float Alike = 20, Apart = 60;

    // The deviation of the estimates in feathers: wide enough to reach across the edge.
    private const float Reach = 0.7f;

    /// <param name="source">The image.</param>
    /// <param name="mask">The classes of its pixels.</param>
    /// <param name="kept">The classes that are kept.</param>
    /// <param name="matte">How much of each pixel is kept, soft within the feather; refined in place.</param>
    /// <param name="feather">The width of soft edges in pixels, 1 at least.</param>
    /// <returns>A new image that differs from the source within soft edges only.</returns>
    public static RgbImage Refine(RgbImage source, SegmentationMask mask, bool[] kept, Span<byte> matte, int feather)
    {
        var plane = new byte[matte.Length];
        var colors = Estimate(source, mask, kept, matte, plane, feather, isForeground: true);
        using var background = Estimate(source, mask, kept, matte, plane, feather, isForeground: false);
        Compare(source.Words, colors.Words, background.Words, matte, plane);
        // Without smoothing, single pixels would sparkle.
        BoxBlur.Apply(plane, mask.Width, mask.Height, 1);
        Apply(source.Words, colors.Words, matte, plane);
        GC.KeepAlive(source);
        return colors;
    }

    /// <summary>The colours of one side. Its pixels near the outline have a low weight, but not 0: thin objects have no others.</summary>
    private static RgbImage Estimate(
        RgbImage source, SegmentationMask mask, bool[] kept, ReadOnlySpan<byte> matte, byte[] rest, int feather, bool isForeground)
    {
        var classes = mask.Classes;
        for (var i = 0; i < rest.Length; i++)
        {
            var share = isForeground ? matte[i] : 255 - matte[i];
            rest[i] = kept[classes[i]] == isForeground ? (byte)(255 - share * share * share / (255 * 255)) : byte.MaxValue;
        }
        return NormalizedBlur.Make(source, rest, Math.Max(0.5f, Reach * feather));
    }

    /// <summary>Writes how much of each soft pixel looks like foreground; all for other pixels.</summary>
    private static void Compare(
        ReadOnlySpan<uint> source, ReadOnlySpan<uint> foreground, ReadOnlySpan<uint> background, ReadOnlySpan<byte> matte, Span<byte> likeness)
    {
        for (var i = 0; i < likeness.Length; i++)
        {
            likeness[i] = 255;
            if (matte[i] is 0 or 255) continue;
            var back = Color(background[i]);
            var line = Color(foreground[i]) - back;
            var square = line.LengthSquared();
            var evidence = Math.Clamp((MathF.Sqrt(square) - Alike) / (Apart - Alike), 0, 1);
            var part = Math.Clamp(Vector3.Dot(Color(source[i]) - back, line) / Math.Max(square, 1), 0, 1);
            likeness[i] = (byte)(255 * (part * evidence + 1 - evidence) + 0.5f);
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
            // 3t² − 2t³ pushes values towards 0 and 1.
            matte[i] = (byte)(matte[i] * (part * part * (3 - 2 * part)) + 0.5f);
        }
    }

    /// <summary>The certainty from the matte alone that a pixel is kept: (2 · kept − 1)², 0 up to ½.</summary>
    private static byte Trust(byte kept) => kept < 128 ? (byte)0 : (byte)((2 * kept - 255) * (2 * kept - 255) / 255);

    private static Vector3 Color(uint pixel) => new(pixel & 255, pixel >> 8 & 255, pixel >> 16 & 255);
}
