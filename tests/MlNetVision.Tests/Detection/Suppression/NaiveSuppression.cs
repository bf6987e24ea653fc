using MlNetVision.Detection;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection;

/// <summary>Non-maximum suppression as the papers state it, one pair at a time, in double precision.</summary>
internal static class NaiveSuppression
{
    public static double Overlap(BoundingBox a, BoundingBox b)
    {
        var width = Math.Max(0.0, Math.Min((double)a.Right, b.Right) - Math.Max((double)a.Left, b.Left));
        var height = Math.Max(0.0, Math.Min((double)a.Bottom, b.Bottom) - Math.Max((double)a.Top, b.Top));
        var union = ((double)a.Right - a.Left) * ((double)a.Bottom - a.Top) + ((double)b.Right - b.Left) * ((double)b.Bottom - b.Top) - width * height;
        return union > 0 ? width * height / union : 0;
    }

    /// <summary>Bodla et al., figure 2; with hard suppression as the decay to nothing.</summary>
    public static List<(int Position, double Score)> Apply(IReadOnlyList<Found> boxes, NonMaxSuppressionOptions options, double confidence)
    {
        var scores = boxes.Select(x => (double)x.Score).ToArray();
        var left = Enumerable.Range(0, boxes.Count).Where(i => scores[i] >= confidence).ToList();
        List<(int, double)> result = [];
        while (left.Count > 0)
        {
            var best = left.OrderByDescending(i => scores[i]).ThenBy(i => boxes[i].ClassIndex).ThenBy(i => i).First();
            left.Remove(best);
            result.Add((best, scores[best]));
            foreach (var i in left.ToArray())
            {
                if (!options.ClassAgnostic && boxes[i].ClassIndex != boxes[best].ClassIndex) continue;
                var overlap = Overlap(boxes[i].Box, boxes[best].Box);
                scores[i] *= options.Kind switch
                {
                    NonMaxSuppressionKind.SoftGaussian => Math.Exp(-overlap * overlap / options.Sigma),
                    NonMaxSuppressionKind.SoftLinear => overlap > options.IoU ? 1 - overlap : 1,
                    _ => overlap > options.IoU ? double.NegativeInfinity : 1,
                };
                if (scores[i] < confidence) left.Remove(i);
            }
        }
        return result.Take(options.MaxDetections ?? int.MaxValue).ToList();
    }
}
