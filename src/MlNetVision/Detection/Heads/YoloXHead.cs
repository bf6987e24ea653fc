using System.Text.Json;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>
/// The head of YOLOX (arXiv:2107.08430; Megvii-BaseDetection/YOLOX, <c>yolox/models/yolo_head.py</c> and <c>utils/demo_utils.py</c>): one output
/// <c>1 × cells × (5 + classes)</c>. For each cell x and y, and the logarithms of width and height, in strides from the cell's corner, then objectness
/// and the probability of each class. Images are BGR of 0 to 255, in the upper left corner on grey 114; their size is rounded, where YOLOX cuts it off.
/// </summary>
internal sealed record YoloXHead : FamilyHead
{
    private const string Name = "yolox";
    private const int Objectness = 4, BoxValues = 5;

    private static readonly HeadConventions Own = HeadConventions.Ultralytics with
    {
        Preprocess = PixelNormalization.RawBgr.Name, Position = LetterboxPosition.TopLeft,
    };

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(Name, StoredHeadTypes.Default.YoloXHead, StoredHeadTypes.Default.YoloXHeadArray,
        new(Name, "YOLOX head", form => form.IsAsked || IsRaw(form) ? Match(form, isDecoded: false) : null),
        new($"{Name}-decoded", "YOLOX head, exported with --decode_in_inference",
            form => form.IsAsked || form.Single is { } output && form.PartsOf(output.Name).Count == 0 ? Match(form, isDecoded: true) : null));

    /// <summary>Whether the network gives centres and sizes in pixels of the input itself.</summary>
    public bool IsDecoded { get; init; }

    protected override string FormatName => Name;

    protected override HeadConventions Usual => Own;

    protected override string Title => "YOLOX head";

    private int Values => BoxValues + Classes;

    /// <summary>Whether an output joins boxes as the network gives them with objectness and classes.</summary>
    public static bool IsRaw(NetworkForm form) => form.Single is { } output && form.PartsOf(output.Name) is [not "Sigmoid", "Sigmoid", "Sigmoid"];

    private static YoloXHead? Match(NetworkForm form, bool isDecoded) =>
        form.Single is { Shape: [_, var cells, var values] } output && GridLevels.Find(form.Width, form.Height, cells) is not null
        && form.ClassesIn(values, BoxValues) is { } classes
            ? new() { Outputs = [output.Name], Classes = classes, IsDecoded = isDecoded }
            : null;

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) => outputs[0].Shape[1];

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs) =>
        outputs is [{ Shape: [_, > 0, var values] }] && values == Values ? null : $"1×cells×{Values} (5 + {Classes} classes)";

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this, networkWidth, networkHeight);

    public override HeadTensors Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight)
    {
        var count = outputs[0].Shape[1];
        var rows = graph[Outputs[0]].Reshape(count, Values);
        var boxes = rows;
        if (!IsDecoded)
        {
            var corners = graph.Floats(CornersFor(count, networkWidth, networkHeight), count, 3);
            var stride = corners.Slice(2, 3, axis: 1);
            var center = (rows.Slice(0, 2, axis: 1) + corners.Slice(0, 2, axis: 1)) * stride;
            boxes = graph.Concat([center, rows.Slice(2, 4, axis: 1).Exp() * stride], axis: 1);
        }
        var scores = rows.Slice(Objectness, Objectness + 1, axis: 1) * rows.Slice(BoxValues, BoxValues + Classes, axis: 1);
        return new(BoxGraph.FromCenters(boxes, networkWidth, networkHeight).Reshape(1, count, 4), scores, count);
    }

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.YoloXHead);

    private float[] CornersFor(long cells, int width, int height) => GridLevels.Corners(width, height, GridLevels.Find(width, height, cells)
        ?? throw new BadModelException($"The output '{Outputs[0]}' has {cells} cells, which are not those of an input of {width}×{height}."));

    private sealed class Decoder(YoloXHead head, int width, int height) : IHeadDecoder
    {
        private float[]? _corners;

        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            head.Require(outputs);
            var (memory, shape) = outputs[0];
            var corners = _corners ??= head.IsDecoded ? [] : head.CornersFor(shape[1], width, height);
            var values = memory.Span;
            for (var cell = 0; cell < shape[1]; cell++)
            {
                var row = values.Slice(cell * head.Values, head.Values);
                // Not "<": NaN is no candidate.
                if (!(row[Objectness] >= thresholds.Lowest)) continue;
                var classes = row[BoxValues..];
                if (!CandidateScores.MayReach(classes, row[Objectness], thresholds)) continue;
                var box = head.IsDecoded ? BoundingBox.FromCenter(row[0], row[1], row[2], row[3]) : Box(row, corners.AsSpan(3 * cell, 3));
                CandidateScores.Add(candidates, thresholds, classes, row[Objectness], new(box, 0, 0));
            }
        }

        private static BoundingBox Box(ReadOnlySpan<float> row, ReadOnlySpan<float> corner) => BoundingBox.FromCenter(
            (row[0] + corner[0]) * corner[2], (row[1] + corner[1]) * corner[2], MathF.Exp(row[2]) * corner[2], MathF.Exp(row[3]) * corner[2]);
    }
}
