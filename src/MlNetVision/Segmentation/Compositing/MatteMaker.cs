using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>
/// Works out how much of each pixel is kept. Away from outlines that is all or nothing, whatever the confidences say: a
/// network that wavers between a dog and a cat is sure enough that it is no background. Within the feather it is the
/// probability of the kept classes, p of a kept pixel and 1 − p of another one.
/// </summary>
internal static class MatteMaker
{
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
        // Where a network is sure on both sides, the outline would show its pixels' corners.
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
    /// The winning class of several may have p below ½; kept pixels stay on their side of ½ all the same.
    /// </summary>
    private static void Guide(Span<byte> ramp, ReadOnlySpan<byte> hard, ReadOnlySpan<float> confidence)
    {
        for (var i = 0; i < ramp.Length; i++)
        {
            int r = ramp[i];
            if (r is 0 or 255) continue;
            // Not a number counts as not sure.
            var doubt = confidence[i] >= 0.5f ? 1 - Math.Min(1, confidence[i]) : 0.5f;
            var away = 255 * doubt * (4f * r * (255 - r) / (255 * 255));
            ramp[i] = (byte)(hard[i] == 0 ? away + 0.5f : 255.5f - away);
        }
    }
}
