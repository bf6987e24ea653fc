namespace MlNetVision.Detection.Evaluation;

/// <summary>How a detection was matched with the ground truth.</summary>
public enum MatchOutcome : byte
{
    /// <summary>It matched no object, or one already matched.</summary>
    FalsePositive,

    /// <summary>It matched an object.</summary>
    TruePositive,

    /// <summary>It matched a difficult object, a crowd or one of another size, or is of another size itself: it counts as neither.</summary>
    Ignored,
}

/// <summary>COCO's matching, step by step as <c>COCOeval.evaluateImg</c> of pycocotools does it.</summary>
internal static class CocoMatcher
{
    /// <summary>The outcome of each of the first <paramref name="maxDetections"/> detections at each threshold, [threshold][detection].</summary>
    public static MatchOutcome[][] Match(MatchCase image, AreaRange range, ReadOnlySpan<double> thresholds, int maxDetections)
    {
        var sought = Array.ConvertAll(image.Truths, t => t.IsSought(range));
        var outcomes = new MatchOutcome[thresholds.Length][];
        for (var i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = Array.ConvertAll(Pairs(image, sought, thresholds[i], maxDetections), t => OutcomeOf(t, sought));
            for (var d = 0; d < outcomes[i].Length; d++)
            {
                // A detection of another size is no false positive among objects of this one.
                if (outcomes[i][d] == MatchOutcome.FalsePositive && !range.Contains(image.Areas[d])) outcomes[i][d] = MatchOutcome.Ignored;
            }
        }
        return outcomes;
    }

    /// <summary>What a match means: an index of an object, or −1.</summary>
    public static MatchOutcome OutcomeOf(int match, bool[] sought) =>
        match < 0 ? MatchOutcome.FalsePositive : sought[match] ? MatchOutcome.TruePositive : MatchOutcome.Ignored;

    /// <summary>The object that each of the first <paramref name="maxDetections"/> detections is matched with; −1: none.</summary>
    /// <param name="image">The detections and objects of one class.</param>
    /// <param name="sought">Of each object, whether it counts; the others are ignored.</param>
    /// <param name="threshold">The least overlap.</param>
    /// <param name="maxDetections">The most detections.</param>
    public static int[] Pairs(MatchCase image, bool[] sought, double threshold, int maxDetections)
    {
        // Objects that are not ignored come first, each group in its own order (numpy's stable argsort of the ignore flags).
        int[] order = [.. Enumerable.Range(0, sought.Length).OrderBy(t => sought[t] ? 0 : 1)];
        var taken = new bool[sought.Length];
        var pairs = new int[Math.Min(maxDetections, image.Scores.Length)];
        for (var d = 0; d < pairs.Length; d++)
        {
            pairs[d] = Best(image, order, sought, taken, d, threshold);
            if (pairs[d] >= 0) taken[pairs[d]] = true;
        }
        return pairs;
    }

    private static int Best(MatchCase image, int[] order, bool[] sought, bool[] taken, int detection, double threshold)
    {
        var best = Math.Min(threshold, 1 - 1e-10);
        var match = -1;
        foreach (var t in order)
        {
            if (taken[t] && !image.Truths[t].Crowd) continue;
            // A match with an object that is not ignored wins over a larger overlap with an ignored one.
            if (match >= 0 && sought[match] && !sought[t]) break;
            // Of equal overlaps the later wins.
            if (image.Overlaps[detection, t] < best) continue;
            (best, match) = (image.Overlaps[detection, t], t);
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
    public static MatchOutcome[] Match(MatchCase image)
    {
        var outcomes = new MatchOutcome[image.Scores.Length];
        var found = new bool[image.Truths.Length];
        for (var d = 0; d < outcomes.Length; d++)
        {
            var (best, match) = (double.NegativeInfinity, -1);
            for (var t = 0; t < found.Length; t++)
            {
                if (image.Overlaps[d, t] > best) (best, match) = (image.Overlaps[d, t], t);
            }
            if (best < Threshold) continue;
            outcomes[d] = image.Truths[match].Ignored ? MatchOutcome.Ignored : found[match] ? MatchOutcome.FalsePositive : MatchOutcome.TruePositive;
            found[match] = true;
        }
        return outcomes;
    }
}
