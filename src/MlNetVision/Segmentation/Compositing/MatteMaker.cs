using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>
/// Computes the matte. Away from outlines it is all or none, whatever the confidences: a network undecided between dog and
/// cat is still certain that it is not background. Within the feather it is the probability of the kept classes: p for a
/// kept pixel, 1 − p for another.
/// </summary>
internal static class MatteMaker
{
    /// <summary>The network's own matte, where it gives one and one of its two classes is kept; null: there is none.</summary>
    public static byte[]? Own(SegmentationMask mask, bool[] kept)
    {
        if (!mask.IsMatte || mask.Confidence.IsEmpty || kept[0] == kept[1]) return null;
        var matte = new byte[mask.Classes.Length];
        for (var i = 0; i < matte.Length; i++)
        {
            var share = kept[mask.Classes[i]] ? mask.Confidence[i] : 1 - mask.Confidence[i];
            matte[i] = (byte)(255 * Math.Clamp(share, 0, 1) + 0.5f);
        }
        return matte;
    }

    public static byte[] Make(SegmentationMask mask, bool[] kept, int feather)
    {
        var hard = Hard(mask, kept);
        if (feather == 0) return hard;
        // Two box blurs of half the width each: a ramp that is S-shaped and ends at the feather's width.
        var radius = Math.Max(1, feather / 2);
        var ramp = hard.AsSpan().ToArray();
        BoxBlur.Apply(ramp, mask.Width, mask.Height, radius);
        if (feather > 1) BoxBlur.Apply(ramp, mask.Width, mask.Height, radius);
        if (mask.Confidence.IsEmpty) return ramp;
        Guide(ramp, hard, mask.Confidence);
        // Where confidence is high on both sides, the outline would show the corners of pixels.
        BoxBlur.Apply(ramp, mask.Width, mask.Height, 1);
        return ramp;
    }

    private static byte[] Hard(SegmentationMask mask, bool[] kept)
    {
        var values = Array.ConvertAll(kept, k => k ? byte.MaxValue : (byte)0);
        var hard = new byte[mask.Classes.Length];
        var classes = mask.Classes;
        for (var i = 0; i < hard.Length; i++) hard[i] = values[classes[i]];
        return hard;
    }

    /// <summary>
    /// w · e + (1 − w) · hard, with e from the confidence, and w = 1 on the outline and 0 where the ramp ends: w = 4 · r · (1 − r).
    /// The winner of several classes may have p below ½; kept pixels still stay above ½.
    /// </summary>
    private static void Guide(Span<byte> ramp, ReadOnlySpan<byte> hard, ReadOnlySpan<float> confidence)
    {
        for (var i = 0; i < ramp.Length; i++)
        {
            int r = ramp[i];
            if (r is 0 or 255) continue;
            // NaN counts as uncertain.
            var doubt = confidence[i] >= 0.5f ? 1 - Math.Min(1, confidence[i]) : 0.5f;
            var away = 255 * doubt * (4f * r * (255 - r) / (255 * 255));
            ramp[i] = (byte)(hard[i] == 0 ? away + 0.5f : 255.5f - away);
        }
    }
}
