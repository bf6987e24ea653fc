using System.Buffers;
using System.Runtime.InteropServices;

namespace MlNetVision.Detection;

/// <summary>
/// Non-maximum suppression: of overlapping boxes, the best is kept. Hard as in Darknet, or soft by Bodla et al.
/// ("Soft-NMS – Improving Object Detection With One Line of Code", arXiv:1704.04503).
/// </summary>
public static class NonMaxSuppression
{
    /// <summary>The most candidates that are compared, the best ones (as Ultralytics' <c>max_nms</c>), so that a threshold of 0 on a large grid stays fast.</summary>
    public const int MaxCandidates = 30_000;

    /// <summary>Suppresses overlapping candidates.</summary>
    /// <param name="candidates">Boxes in any order, in any one unit. Those with an edge or a score that is not finite are dropped.</param>
    /// <param name="options">The options; null: the defaults.</param>
    /// <param name="confidence">The confidence threshold of the result, also after a soft decay, 0 to 1.</param>
    /// <returns>The remaining boxes, best score first; ties by lower class, then by order. Soft-NMS gives decayed scores.</returns>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static IReadOnlyList<Detection> Apply(IEnumerable<Detection> candidates, NonMaxSuppressionOptions? options = null, float confidence = 0)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        options ??= new NonMaxSuppressionOptions();
        options.Validate();
        if (!(confidence is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"The confidence threshold is {confidence}: 0 to 1 was expected."), nameof(confidence));
        return Apply(CollectionsMarshal.AsSpan(candidates.ToList()), options, confidence, []);
    }

    /// <summary>Suppresses candidates; options are already checked. The threshold is that of the class, else the given one.</summary>
    internal static Detection[] Apply(ReadOnlySpan<Detection> candidates, NonMaxSuppressionOptions options, float confidence, ReadOnlySpan<float> confidences)
    {
        var buffer = ArrayPool<RankedBox>.Shared.Rent(candidates.Length);
        try
        {
            var ranked = Rank(candidates, options, confidence, confidences, buffer);
            var kept = new List<RankedBox>();
            for (var start = 0; start < ranked.Length;)
            {
                var end = start + 1;
                while (end < ranked.Length && ranked[end].Bucket == ranked[start].Bucket) end++;
                var limit = kept.Count + (options.MaxDetections ?? int.MaxValue - kept.Count);
                if (options.Kind == NonMaxSuppressionKind.Hard) Hard(candidates, ranked[start..end], options.IoU, kept, limit);
                else SoftNonMaxSuppression.Apply(candidates, ranked[start..end], options, confidence, confidences, kept, limit);
                start = end;
            }
            return Gather(candidates, kept, options.MaxDetections ?? int.MaxValue);
        }
        finally
        {
            ArrayPool<RankedBox>.Shared.Return(buffer);
        }
    }

    private static Span<RankedBox> Rank(ReadOnlySpan<Detection> candidates, NonMaxSuppressionOptions options, float confidence, ReadOnlySpan<float> confidences, RankedBox[] buffer)
    {
        var count = 0;
        for (var i = 0; i < candidates.Length; i++)
        {
            ref readonly var candidate = ref candidates[i];
            var least = confidences.IsEmpty ? confidence : confidences[candidate.ClassIndex];
            if (candidate.Score >= least && float.IsFinite(candidate.Score) && candidate.Box.IsFinite)
                buffer[count++] = new RankedBox(0, candidate.Score, candidate.ClassIndex, i);
        }
        var ranked = buffer.AsSpan(0, count);
        if (count > MaxCandidates)
        {
            ranked.Sort();
            ranked = ranked[..MaxCandidates];
        }
        if (!options.ClassAgnostic)
        {
            foreach (ref var box in ranked) box = box with { Bucket = box.ClassIndex };
        }
        ranked.Sort();
        return ranked;
    }

    private static void Hard(ReadOnlySpan<Detection> candidates, ReadOnlySpan<RankedBox> ranked, float limit, List<RankedBox> kept, int most)
    {
        using var columns = new BoxColumns(ranked.Length);
        foreach (var candidate in ranked)
        {
            if (kept.Count >= most) return;
            var box = candidates[candidate.Position].Box;
            if (columns.AnyAbove(box, limit)) continue;
            columns.Add(box);
            kept.Add(candidate);
        }
    }

    private static Detection[] Gather(ReadOnlySpan<Detection> candidates, List<RankedBox> kept, int most)
    {
        var ranked = CollectionsMarshal.AsSpan(kept);
        foreach (ref var box in ranked) box = box with { Bucket = 0 };
        ranked.Sort();
        var result = new Detection[Math.Min(ranked.Length, most)];
        for (var i = 0; i < result.Length; i++) result[i] = candidates[ranked[i].Position] with { Score = ranked[i].Score };
        return result;
    }
}
