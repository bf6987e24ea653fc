using MlNetVision.Data;

namespace MlNetVision.Detection.Evaluation;

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
