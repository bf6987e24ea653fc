namespace MlNetVision.Detection.Evaluation;

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
