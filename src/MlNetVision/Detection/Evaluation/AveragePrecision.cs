namespace MlNetVision.Detection.Evaluation;

/// <summary>Average precision from the outcomes of detections, sorted by falling score.</summary>
internal static class AveragePrecision
{
    private const int CocoPoints = 101;

    /// <summary>Precision and recall after each detection that is not ignored.</summary>
    public static List<PrecisionRecallPoint> Curve(IEnumerable<(float Score, MatchOutcome Outcome)> ranked, int truth)
    {
        var points = new List<PrecisionRecallPoint>();
        var (right, all) = (0, 0);
        foreach (var (score, outcome) in ranked)
        {
            if (outcome == MatchOutcome.Ignored) continue;
            all++;
            if (outcome == MatchOutcome.TruePositive) right++;
            points.Add(new(score, (double)right / all, (double)right / truth));
        }
        return points;
    }

    /// <summary>COCO: the mean of the best precision at a recall of 0, 0.01, … 1 or more; 0 where that recall is not reached.</summary>
    public static double Coco(IReadOnlyList<PrecisionRecallPoint> curve)
    {
        var sum = 0.0;
        var best = 0.0;
        var point = curve.Count - 1;
        for (var i = CocoPoints - 1; i >= 0; i--)
        {
            // numpy.linspace(0, 1, 101) to the last bit, since recalls such as 7/100 fall on these values.
            var recall = i == CocoPoints - 1 ? 1 : i * 0.01;
            for (; point >= 0 && curve[point].Recall >= recall; point--) best = Math.Max(best, curve[point].Precision);
            sum += best;
        }
        return sum / CocoPoints;
    }

    /// <summary>VOC 2007: the mean of the best precision at a recall of 0, 0.1, … 1 or more (Everingham et al., IJCV 2010, section 4.2).</summary>
    public static double Voc2007(IReadOnlyList<PrecisionRecallPoint> curve, int truth)
    {
        var sum = 0.0;
        for (var i = 0; i <= 10; i++)
        {
            // In whole objects, so that 3 of 10 reaches the recall 0.3, which 0.1 · 3 does not in floating point.
            sum += curve.Where(p => (int)Math.Round(p.Recall * truth) * 10L >= (long)i * truth).Select(p => p.Precision).DefaultIfEmpty().Max();
        }
        return sum / 11;
    }

    /// <summary>VOC from 2010 on: the area under the curve made monotonous from the right.</summary>
    public static double Voc2010(IReadOnlyList<PrecisionRecallPoint> curve)
    {
        var (area, best) = (0.0, 0.0);
        for (var i = curve.Count - 1; i >= 0; i--)
        {
            best = Math.Max(best, curve[i].Precision);
            area += best * (curve[i].Recall - (i > 0 ? curve[i - 1].Recall : 0));
        }
        return area;
    }
}

/// <summary>Precision and recall (IoU 0.5, COCO's matching) of the detections with at least a score.</summary>
/// <param name="Score">The lowest score of the detections that count.</param>
/// <param name="Precision">The part of them that is correct, 0 to 1.</param>
/// <param name="Recall">The part of the ground truth that they match, 0 to 1.</param>
public readonly record struct PrecisionRecallPoint(float Score, double Precision, double Recall);
