using System.Buffers;

namespace MlNetVision.Detection;

/// <summary>
/// Soft-NMS (arXiv:1704.04503, figure 2): the best box is taken, the scores of the others decay by their overlap with it, repeatedly.
/// </summary>
internal static class SoftNonMaxSuppression
{
    /// <summary>Appends the remaining boxes of one bucket, up to <paramref name="most"/> in all.</summary>
    public static void Apply(
        ReadOnlySpan<Detection> candidates, Span<RankedBox> bucket, NonMaxSuppressionOptions options,
        float confidence, ReadOnlySpan<float> confidences, List<RankedBox> kept, int most)
    {
        using var columns = new BoxColumns(bucket.Length);
        foreach (var box in bucket) columns.Add(candidates[box.Position].Box, candidates[box.Position].Angle ?? 0);
        var overlaps = ArrayPool<float>.Shared.Rent(bucket.Length);
        while (columns.Count > 0 && kept.Count < most)
        {
            var best = Best(bucket[..columns.Count]);
            var (box, angle) = (columns[best], columns.Angle(best));
            kept.Add(bucket[best]);
            Remove(columns, bucket, best);
            columns.IoU(box, angle, overlaps);
            for (var i = columns.Count - 1; i >= 0; i--)
            {
                if (overlaps[i] == 0) continue;
                var score = bucket[i].Score * Decay(options, overlaps[i]);
                bucket[i] = bucket[i] with { Score = score };
                if (score < (confidences.IsEmpty ? confidence : confidences[bucket[i].ClassIndex])) Remove(columns, bucket, i);
            }
        }
        ArrayPool<float>.Shared.Return(overlaps);
    }

    private static float Decay(NonMaxSuppressionOptions options, float overlap)
    {
        if (options.Kind == NonMaxSuppressionKind.SoftLinear) return overlap > options.IoU ? 1 - overlap : 1;
        return MathF.Exp(-overlap * overlap / options.Sigma);
    }

    private static int Best(ReadOnlySpan<RankedBox> boxes)
    {
        var best = 0;
        for (var i = 1; i < boxes.Length; i++)
        {
            if (boxes[i].Score >= boxes[best].Score && boxes[i].CompareTo(boxes[best]) < 0) best = i;
        }
        return best;
    }

    private static void Remove(BoxColumns columns, Span<RankedBox> bucket, int index)
    {
        columns.RemoveAt(index);
        bucket[index] = bucket[columns.Count];
    }
}
