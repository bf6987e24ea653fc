using System.Buffers;
using System.Runtime.InteropServices;

namespace MlNetVision.Detection;

/// <summary>
/// Non-maximum suppression: of overlapping boxes, the best is kept. Hard as in Darknet, or soft by Bodla et al.
/// ("Soft-NMS – Improving Object Detection With One Line of Code", arXiv:1704.04503).
/// </summary>
public static class NonMaxSuppression
{
    /// <summary>
    /// The most candidates that are compared, the best ones (as Ultralytics' <c>max_nms</c>), so that a threshold of 0 on a large grid stays
    /// fast.
    /// </summary>
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
        if (!(confidence is >= 0 and <= 1))
        {
            throw new ArgumentException(
                FormattableString.Invariant($"The confidence threshold is {confidence}: 0 to 1 was expected."), nameof(confidence));
        }
        var found = CollectionsMarshal.AsSpan(candidates.ToList());
        var ranked = Select(found, options, confidence, []);
        var kept = new Detection[ranked.Length];
        for (var i = 0; i < kept.Length; i++) kept[i] = found[ranked[i].Position] with { Score = ranked[i].Score };
        return kept;
    }

    /// <summary>
    /// The remaining candidates, best score first; options are already checked. The threshold is that of the class, else the given one.
    /// </summary>
    internal static RankedBox[] Select(
        ReadOnlySpan<Detection> candidates, NonMaxSuppressionOptions options, float confidence, ReadOnlySpan<float> confidences)
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
                if (options.Kind == NonMaxSuppressionKind.None) kept.AddRange(ranked[start..end]);
                else if (options.IsHard) Hard(candidates, ranked[start..end], options.IoU, kept, limit);
                else SoftNonMaxSuppression.Apply(candidates, ranked[start..end], options, confidence, confidences, kept, limit);
                start = end;
            }
            return Best(kept, options.MaxDetections ?? int.MaxValue);
        }
        finally
        {
            ArrayPool<RankedBox>.Shared.Return(buffer);
        }
    }

    private static Span<RankedBox> Rank(
        ReadOnlySpan<Detection> candidates, NonMaxSuppressionOptions options, float confidence, ReadOnlySpan<float> confidences, RankedBox[] buffer)
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
            ref readonly var detection = ref candidates[candidate.Position];
            if (columns.AnyAbove(detection.Box, detection.Angle ?? 0, limit)) continue;
            columns.Add(detection.Box, detection.Angle ?? 0);
            kept.Add(candidate);
        }
    }

    private static RankedBox[] Best(List<RankedBox> kept, int most)
    {
        var ranked = CollectionsMarshal.AsSpan(kept);
        foreach (ref var box in ranked) box = box with { Bucket = 0 };
        ranked.Sort();
        return ranked[..Math.Min(ranked.Length, most)].ToArray();
    }
}

/// <summary>The options of non-maximum suppression.</summary>
public sealed record NonMaxSuppressionOptions
{
    /// <summary>How a box is suppressed by a better one. Default: <see cref="NonMaxSuppressionKind.Automatic"/>.</summary>
    public NonMaxSuppressionKind Kind { get; init; } = NonMaxSuppressionKind.Automatic;

    internal bool IsHard => Kind is NonMaxSuppressionKind.Hard or NonMaxSuppressionKind.Automatic;

    /// <summary>
    /// The IoU that two boxes may have, 0 to 1, for <see cref="NonMaxSuppressionKind.Hard"/> and
    /// <see cref="NonMaxSuppressionKind.SoftLinear"/>: only a larger one suppresses. 1 keeps every box. Boxes with an angle are compared as they are
    /// turned. Default: 0.45, as Darknet.
    /// </summary>
    public float IoU { get; init; } = 0.45f;

    /// <summary>σ of <see cref="NonMaxSuppressionKind.SoftGaussian"/>, above 0. Default: 0.5, as in the paper.</summary>
    public float Sigma { get; init; } = 0.5f;

    /// <summary>Whether a box suppresses boxes of other classes too. Default: false, suppression is per class.</summary>
    public bool ClassAgnostic { get; init; }

    /// <summary>The most detections per image, the best ones; null: no limit. Default: null.</summary>
    public int? MaxDetections { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Kind))
        {
            throw new ArgumentException(
                $"Non-maximum suppression of kind {Kind} is unknown: one of {string.Join(", ", Enum.GetNames<NonMaxSuppressionKind>())} was "
                + "expected.");
        }
        if (!(IoU is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"The IoU limit is {IoU}: 0 to 1 was expected."));
        if (!(Sigma > 0 && float.IsFinite(Sigma)))
            throw new ArgumentException(FormattableString.Invariant($"Sigma of Gaussian soft-NMS is {Sigma}: a number above 0 was expected."));
        if (MaxDetections < 1)
            throw new ArgumentException(FormattableString.Invariant($"The most detections per image is {MaxDetections}: 1 or more was expected."));
    }
}

/// <summary>How a box is suppressed by a better one.</summary>
public enum NonMaxSuppressionKind
{
    /// <summary>It is removed where the IoU is above the limit (Darknet's own way).</summary>
    Hard,

    /// <summary>Soft-NMS, linear: where the IoU is above the limit, its score is multiplied by 1 − IoU. arXiv:1704.04503, section 3.</summary>
    SoftLinear,

    /// <summary>Soft-NMS, Gaussian: its score is multiplied by exp(−IoU²/σ). arXiv:1704.04503, section 3.</summary>
    SoftGaussian,

    /// <summary>Every box is kept.</summary>
    None,

    /// <summary><see cref="Hard"/>; <see cref="None"/> for networks that suppress boxes themselves (end-to-end).</summary>
    Automatic,
}

/// <summary>A candidate's rank in non-maximum suppression: by bucket, then best score, then class, then position.</summary>
/// <param name="Bucket">Boxes of one bucket suppress each other.</param>
/// <param name="Score">The score, as decayed so far.</param>
/// <param name="ClassIndex">The class.</param>
/// <param name="Position">The index among the candidates: makes the order total, so that ties are deterministic.</param>
internal readonly record struct RankedBox(int Bucket, float Score, int ClassIndex, int Position) : IComparable<RankedBox>
{
    public int CompareTo(RankedBox other)
    {
        if (Bucket != other.Bucket) return Bucket.CompareTo(other.Bucket);
        if (Score != other.Score) return other.Score.CompareTo(Score);
        return ClassIndex != other.ClassIndex ? ClassIndex.CompareTo(other.ClassIndex) : Position.CompareTo(other.Position);
    }
}
