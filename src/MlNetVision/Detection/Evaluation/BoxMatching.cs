using MlNetVision.Data;

namespace MlNetVision.Detection.Evaluation;

/// <summary>The detections and the ground truth of one class in one image.</summary>
/// <param name="Detections">By falling score; ties in the detector's order.</param>
/// <param name="Truths">In the order of the annotations.</param>
internal sealed record ImageCase(ScoredBox[] Detections, GroundTruthBox[] Truths)
{
    /// <summary>
    /// Intersection over union in double precision; for a crowd, intersection over the detection's area, as pycocotools' bbIou has it.
    /// </summary>
    public static double Overlap(BoundingBox detection, BoundingBox truth, bool crowd)
    {
        var width = Math.Min((double)detection.Right, truth.Right) - Math.Max((double)detection.Left, truth.Left);
        var height = Math.Min((double)detection.Bottom, truth.Bottom) - Math.Max((double)detection.Top, truth.Top);
        if (!(width > 0 && height > 0)) return 0;
        var intersection = width * height;
        return intersection / (crowd ? Area(detection) : Area(detection) + Area(truth) - intersection);
    }

    private static double Area(BoundingBox box) => ((double)box.Right - box.Left) * ((double)box.Bottom - box.Top);
}

/// <summary>A detection of a class that the context names.</summary>
internal readonly record struct ScoredBox(float Score, BoundingBox Box);

/// <summary>How a detection was matched with the ground truth.</summary>
internal enum MatchOutcome : byte
{
    /// <summary>It matched no object, or one already matched.</summary>
    FalsePositive,

    /// <summary>It matched an object.</summary>
    TruePositive,

    /// <summary>It matched a difficult object or a crowd, and counts as neither.</summary>
    Ignored,
}

/// <summary>
/// COCO's matching, step by step as <c>COCOeval.evaluateImg</c> of pycocotools does it (area range "all").
/// </summary>
internal static class CocoMatcher
{
    /// <summary>The outcome of each of the first <paramref name="maxDetections"/> detections at each threshold, [threshold][detection].</summary>
    public static MatchOutcome[][] Match(ImageCase image, ReadOnlySpan<double> thresholds, int maxDetections)
    {
        // Objects that are not ignored come first, each group in its own order (numpy's stable argsort of the ignore flags).
        GroundTruthBox[] truths = [.. image.Truths.Where(t => !t.Ignored), .. image.Truths.Where(t => t.Ignored)];
        var detections = image.Detections.AsSpan(0, Math.Min(maxDetections, image.Detections.Length));
        var overlaps = new double[detections.Length, truths.Length];
        for (var d = 0; d < detections.Length; d++)
        {
            for (var t = 0; t < truths.Length; t++) overlaps[d, t] = ImageCase.Overlap(detections[d].Box, truths[t].Box, truths[t].Crowd);
        }
        var outcomes = new MatchOutcome[thresholds.Length][];
        for (var i = 0; i < outcomes.Length; i++) outcomes[i] = Match(truths, overlaps, thresholds[i]);
        return outcomes;
    }

    private static MatchOutcome[] Match(GroundTruthBox[] truths, double[,] overlaps, double threshold)
    {
        var outcomes = new MatchOutcome[overlaps.GetLength(0)];
        var taken = new bool[truths.Length];
        for (var d = 0; d < outcomes.Length; d++)
        {
            var match = Best(truths, taken, overlaps, d, threshold);
            if (match < 0) continue;
            taken[match] = true;
            outcomes[d] = truths[match].Ignored ? MatchOutcome.Ignored : MatchOutcome.TruePositive;
        }
        return outcomes;
    }

    private static int Best(GroundTruthBox[] truths, bool[] taken, double[,] overlaps, int detection, double threshold)
    {
        var best = Math.Min(threshold, 1 - 1e-10);
        var match = -1;
        for (var t = 0; t < truths.Length; t++)
        {
            if (taken[t] && !truths[t].Crowd) continue;
            // A match with an object that is not ignored wins over a larger overlap with an ignored one.
            if (match >= 0 && !truths[match].Ignored && truths[t].Ignored) break;
            // Of equal overlaps the later wins.
            if (overlaps[detection, t] < best) continue;
            (best, match) = (overlaps[detection, t], t);
        }
        return match;
    }
}

/// <summary>
/// Pascal VOC's matching as in <c>VOCevaldet.m</c> of the development kit: a detection belongs to the object of the largest
/// overlap; if that is matched already it is a false positive, even where another object overlaps enough.
/// </summary>
internal static class VocMatcher
{
    private const double Threshold = 0.5;

    /// <summary>The outcome of each detection. Crowds, which VOC does not have, count as difficult.</summary>
    public static MatchOutcome[] Match(ImageCase image)
    {
        var outcomes = new MatchOutcome[image.Detections.Length];
        var found = new bool[image.Truths.Length];
        for (var d = 0; d < outcomes.Length; d++)
        {
            var (best, match) = (double.NegativeInfinity, -1);
            for (var t = 0; t < found.Length; t++)
            {
                var overlap = ImageCase.Overlap(image.Detections[d].Box, image.Truths[t].Box, image.Truths[t].Crowd);
                if (overlap > best) (best, match) = (overlap, t);
            }
            if (best < Threshold) continue;
            outcomes[d] = image.Truths[match].Ignored ? MatchOutcome.Ignored : found[match] ? MatchOutcome.FalsePositive : MatchOutcome.TruePositive;
            found[match] = true;
        }
        return outcomes;
    }
}
