using System.Numerics.Tensors;
using System.Text.Json;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Detection;

/// <summary>
/// The head of NanoDet and NanoDet-Plus (RangiLyu/nanodet, <c>model/head/gfl_head.py</c>, <c>nanodet_plus_head.py</c>): one output <c>1 × cells ×
/// (classes + 4 · bins)</c>, or for each stride one of classes and one of distances. For each cell the probability of each class, then for left, top,
/// right and bottom a distribution over distances of 0, 1, … strides (distribution focal loss, arXiv:2006.04388): its mean is the distance from the
/// cell's centre, in NanoDet-Plus from its corner. Images are BGR less ImageNet's mean by its deviation, stretched.
/// </summary>
internal sealed record NanoDetHead : FamilyHead
{
    private const string Name = "nanodet";
    private const int Edges = 4;

    /// <summary>The bins of all published networks: <c>reg_max</c> of 7, and 0.</summary>
    private const int PublishedBins = 8;

    private static readonly HeadConventions Own = new()
    {
        Preprocess = "bgr:103.53,116.28,123.675:57.375,57.12,58.395", Resize = ResizeMode.Stretch, Resampler = Resampler.HalfPixelBilinear,
        BestClassOnly = true, Stride = 32,
    };

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(
        Name, StoredHeadTypes.Default.NanoDetHead, StoredHeadTypes.Default.NanoDetHeadArray, new HeadFamily(Name, "NanoDet head", Match));

    /// <summary>The distances of a distribution.</summary>
    public required int Bins { get; init; }

    /// <summary>Whether distances start at a cell's upper left corner (NanoDet-Plus), not at its centre.</summary>
    public required bool FromCorner { get; init; }

    protected override string FormatName => Name;

    protected override HeadConventions Usual => Own;

    protected override string Title => FromCorner ? "NanoDet-Plus head" : "NanoDet head";

    private int Values => Classes + Edges * Bins;

    /// <summary>Whether an output joins probabilities of classes with distributions.</summary>
    public static bool IsRaw(NetworkForm form) => form.Single is { } output && form.PartsOf(output.Name) is ["Sigmoid", not "Sigmoid"];

    private static NanoDetHead? Match(NetworkForm form)
    {
        if (form.Single is { Shape: [_, var cells, var values] } joined)
        {
            if (!form.IsAsked && !IsRaw(form) || form.ClassesIn(values, Edges * PublishedBins) is not { } classes) return null;
            if (GridLevels.Find(form.Width, form.Height, cells) is not { } strides) return null;
            return new() { Outputs = [joined.Name], Classes = classes, Bins = PublishedBins, FromCorner = strides.Length == 4 };
        }
        // A pair of outputs for each stride, the finer one first.
        if (form.Outputs is not { Count: 6 } || !form.Outputs.All(o => o.Shape.Count == 3)) return null;
        var levels = form.Outputs.GroupBy(o => o.Shape[1]).OrderByDescending(g => g.Key).Select(g => g.ToList()).ToList();
        if (levels.Count != 3 || !levels.TrueForAll(l => l.Count == 2)) return null;
        if (GridLevels.Find(form.Width, form.Height, levels.Sum(l => l[0].Shape[1])) is not [8, 16, 32]) return null;
        var count = levels[0].Where(o => o.Shape[2] != Edges * PublishedBins || NetworkEnd.Last(form.Model, o.Name)?.OpType == "Sigmoid").ToList();
        if (count is not [{ Shape: [_, _, var channels] }] || form.ClassesIn(channels, 0) is not { } known) return null;
        List<string> names = [];
        foreach (var level in levels)
        {
            var (scores, distances) = level[0].Shape[2] == channels ? (level[0], level[1]) : (level[1], level[0]);
            if (distances.Shape[2] != Edges * PublishedBins || scores.Shape[2] != channels) return null;
            names.AddRange([scores.Name, distances.Name]);
        }
        return new() { Outputs = names, Classes = known, Bins = PublishedBins, FromCorner = false };
    }

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) =>
        outputs.Count == 1 ? outputs[0].Shape[1] : outputs.Where((_, i) => i % 2 == 0).Sum(o => o.Shape[1]);

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs)
    {
        var fits = outputs.Count == 1
            ? outputs[0].Shape is [_, > 0, var values] && values == Values
            : outputs.Count % 2 == 0 && outputs.Select((o, i) => o.Shape is [_, > 0, var v] && v == (i % 2 == 0 ? Classes : Edges * Bins)).All(b => b);
        return fits ? null : $"1×cells×{Values} ({Classes} classes + 4 × {Bins})";
    }

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this, networkWidth, networkHeight);

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.NanoDetHead);

    private sealed class Decoder(NanoDetHead head, int width, int height) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            head.Require(outputs);
            var cells = outputs.Where((_, i) => outputs.Count == 1 || i % 2 == 0).Sum(o => o.Shape[1]);
            var strides = GridLevels.Find(width, height, cells)
                ?? throw new BadModelException($"The output '{head.Outputs[0]}' has {cells} cells, which are not those of an input of {width}×{height}.");
            var corners = GridLevels.Corners(width, height, strides);
            var first = 0;
            for (var i = 0; i < outputs.Count; i += 2)
            {
                var scores = outputs[i].Values.Span;
                var distances = outputs[outputs.Count == 1 ? i : i + 1].Values.Span;
                var count = (int)outputs[i].Shape[1];
                for (var cell = 0; cell < count; cell++)
                {
                    var classes = scores.Slice(cell * (outputs.Count == 1 ? head.Values : head.Classes), head.Classes);
                    if (!CandidateScores.MayReach(classes, 1, thresholds)) continue;
                    var bins = distances.Slice(outputs.Count == 1 ? cell * head.Values + head.Classes : cell * Edges * head.Bins, Edges * head.Bins);
                    CandidateScores.Add(candidates, thresholds, classes, 1, new(Box(bins, corners.AsSpan(3 * (first + cell), 3)), 0, 0));
                }
                first += count;
            }
        }

        private BoundingBox Box(ReadOnlySpan<float> bins, ReadOnlySpan<float> corner)
        {
            var (middle, stride) = (head.FromCorner ? 0 : 0.5f, corner[2]);
            var (x, y) = ((corner[0] + middle) * stride, (corner[1] + middle) * stride);
            Span<float> edges = stackalloc float[Edges];
            for (var i = 0; i < Edges; i++) edges[i] = BinMean.Of(bins.Slice(i * head.Bins, head.Bins)) * stride;
            // Before suppression, as its own distance2bbox does.
            return new BoundingBox(x - edges[0], y - edges[1], x + edges[2], y + edges[3]).Clip(width, height);
        }
    }
}

/// <summary>Distribution focal loss (arXiv:2006.04388): a distance as the mean of a distribution over 0, 1, 2, ….</summary>
internal static class BinMean
{
    /// <summary>The mean of the softmax of raw values.</summary>
    public static float Of(ReadOnlySpan<float> raw)
    {
        var (highest, sum, mean) = (TensorPrimitives.Max(raw), 0f, 0f);
        for (var i = 0; i < raw.Length; i++)
        {
            var weight = MathF.Exp(raw[i] - highest);
            sum += weight;
            mean += i * weight;
        }
        return mean / sum;
    }
}
