using System.Text.Json;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>
/// The head of BlazeFace (arXiv:1907.05047; MediaPipe, face_detection_short_range; hollance/BlazeFace-PyTorch): <c>regressors</c> 1 × 896 × 16 and
/// <c>classificators</c> 1 × 896 × 1. There are two boxes in each of 16 × 16 cells and six in each of 8 × 8. For each box the centre, measured from the
/// middle of its cell, width and height, then six key points from there, all in pixels of the input: right and left eye, nose, mouth, right and left
/// ear. A score is σ. Images are RGB of −1 to 1, centred on black.
/// </summary>
internal sealed record BlazeFaceHead : FamilyHead
{
    private const string Name = "blazeface";
    private const int BoxCount = 896, Values = 16, KeyPoints = 6;

    private static readonly (int Cells, int Boxes)[] Levels = [(16, 2), (8, 6)];

    private static readonly HeadConventions Own = new()
    {
        Preprocess = PixelNormalization.TensorFlow.Name, Resampler = Resampler.HalfPixelBilinear, PadColor = new(0, 0, 0),
        Rounding = LetterboxRounding.Nearest, BestClassOnly = true, Confidence = 0.5f, IoU = 0.3f, Labels = ["face"],
    };

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(
        Name, StoredHeadTypes.Default.BlazeFaceHead, StoredHeadTypes.Default.BlazeFaceHeadArray, new HeadFamily(Name, "BlazeFace head", Match));

    protected override string FormatName => Name;

    protected override HeadConventions Usual => Own;

    protected override string Title => $"BlazeFace head with {KeyPoints} key points";

    private static BlazeFaceHead? Match(NetworkForm form)
    {
        if (form.Outputs.Count != 2 || form.Classes is not (null or 1)) return null;
        var boxes = form.Outputs.FirstOrDefault(o => o.Shape is [_, BoxCount, Values]);
        var scores = form.Outputs.FirstOrDefault(o => o.Shape is [_, BoxCount, 1] or [_, BoxCount]);
        return boxes is not null && scores is not null ? new() { Outputs = [boxes.Name, scores.Name], Classes = 1 } : null;
    }

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) => BoxCount;

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs) =>
        outputs is [{ Shape: [_, BoxCount, Values] }, { Length: BoxCount }] ? null : $"1×{BoxCount}×{Values} and 1×{BoxCount}×1";

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this, networkWidth, networkHeight);

    public override HeadTensors Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight)
    {
        float[] anchors = [.. Centers(networkWidth, networkHeight).SelectMany(c => new[] { c.X, c.Y, 0, 0 })];
        var rows = graph[Outputs[0]].Reshape(BoxCount, Values).Slice(0, 4, axis: 1) + graph.Floats(anchors, BoxCount, 4);
        return new(BoxGraph.FromCenters(rows, networkWidth, networkHeight).Reshape(1, BoxCount, 4), graph[Outputs[1]].Reshape(BoxCount, 1).Sigmoid(), BoxCount);
    }

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.BlazeFaceHead);

    /// <summary>The middles of the cells, one for each box.</summary>
    private static IEnumerable<(float X, float Y)> Centers(int width, int height)
    {
        foreach (var (cells, boxes) in Levels)
        {
            for (var box = 0; box < cells * cells * boxes; box++)
            {
                var (row, column) = Math.DivRem(box / boxes, cells);
                yield return ((column + 0.5f) * width / cells, (row + 0.5f) * height / cells);
            }
        }
    }

    private sealed class Decoder(BlazeFaceHead head, int width, int height) : IHeadDecoder
    {
        private readonly (float X, float Y)[] _centers = [.. Centers(width, height)];

        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            head.Require(outputs);
            for (var i = 0; i < BoxCount; i++)
            {
                var score = CandidateScores.Logistic(outputs[1].Values.Span[i]);
                if (!(score >= thresholds.Scores[0])) continue;
                var raw = outputs[0].Values.Span.Slice(i * Values, Values);
                var (x, y) = _centers[i];
                var points = raw[4..].ToArray();
                for (var p = 0; p < points.Length; p++) points[p] += p % 2 == 0 ? x : y;
                candidates.Add(new(BoundingBox.FromCenter(x + raw[0], y + raw[1], raw[2], raw[3]), 0, score, points));
            }
        }

        public Detection Complete(Detection detection, IReadOnlyList<HeadValues> outputs, ImageGeometry geometry) =>
            FacePoints.Complete(detection, geometry, KeyPoints, 2);
    }
}
