using System.Numerics;
using System.Numerics.Tensors;

namespace MlNetVision.Detection;

/// <summary>Finds the classes that reach their thresholds.</summary>
internal static class CandidateScores
{
    /// <summary>The logistic function σ.</summary>
    public static float Logistic(float x) => 1 / (1 + MathF.Exp(-x));

    /// <summary>Whether a class of a box may reach its threshold.</summary>
    /// <param name="probabilities">The probabilities of the classes.</param>
    /// <param name="objectness">The objectness; 1 where the network has none.</param>
    /// <param name="thresholds">The confidence thresholds.</param>
    public static bool MayReach(ReadOnlySpan<float> probabilities, float objectness, ClassThresholds thresholds) =>
        objectness >= thresholds.Lowest && objectness * TensorPrimitives.Max(probabilities) >= thresholds.Lowest;

    /// <summary>Adds the candidates of one box, whose scores are its class probabilities times its objectness.</summary>
    /// <param name="candidates">The list to append to.</param>
    /// <param name="thresholds">The confidence thresholds.</param>
    /// <param name="probabilities">The probabilities of the classes.</param>
    /// <param name="objectness">The objectness; 1 where the network has none.</param>
    /// <param name="box">The candidate; class and score are replaced.</param>
    public static void Add(
        List<DetectionCandidate> candidates, ClassThresholds thresholds, ReadOnlySpan<float> probabilities, float objectness,
        in DetectionCandidate box)
    {
        var best = -1;
        for (var c = 0; c < probabilities.Length; c++)
        {
            // Not "<": NaN is no candidate.
            if (!(probabilities[c] * objectness >= thresholds.Scores[c])) continue;
            if (!thresholds.BestClassOnly) candidates.Add(box with { ClassIndex = c, Score = probabilities[c] * objectness });
            else if (best < 0 || probabilities[c] > probabilities[best]) best = c;
        }
        if (best >= 0) candidates.Add(box with { ClassIndex = best, Score = probabilities[best] * objectness });
    }

    /// <summary>
    /// Visits the scores of many boxes that stand class by class, and reach the threshold of their class: in order of the class, then of the box.
    /// </summary>
    /// <param name="scores">Classes × boxes.</param>
    /// <param name="boxes">The number of boxes.</param>
    /// <param name="thresholds">The confidence thresholds.</param>
    /// <param name="found">The positions found: class and box.</param>
    public static void Find(ReadOnlySpan<float> scores, int boxes, ClassThresholds thresholds, List<(int Class, int Box)> found)
    {
        for (var c = 0; c < thresholds.Scores.Length; c++)
        {
            var least = thresholds.Scores[c];
            if (float.IsPositiveInfinity(least)) continue;
            var row = scores.Slice(c * boxes, boxes);
            var (limit, i) = (new Vector<float>(least), 0);
            for (; i <= row.Length - 4 * Vector<float>.Count; i += 4 * Vector<float>.Count)
            {
                var highest = Vector.Max(
                    Vector.Max(new Vector<float>(row[i..]), new Vector<float>(row[(i + Vector<float>.Count)..])),
                    Vector.Max(new Vector<float>(row[(i + 2 * Vector<float>.Count)..]), new Vector<float>(row[(i + 3 * Vector<float>.Count)..])));
                if (!Vector.GreaterThanOrEqualAny(highest, limit)) continue;
                for (var j = i; j < i + 4 * Vector<float>.Count; j++) if (row[j] >= least) found.Add((c, j));
            }
            for (; i < row.Length; i++) if (row[i] >= least) found.Add((c, i));
        }
    }
}
