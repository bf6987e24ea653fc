using System.Text.Json;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>
/// The head of networks that suppress boxes themselves: YOLO 26 and v10, and exports with <c>nms=True</c> (Ultralytics, <c>nn/modules/head.py</c>,
/// <c>postprocess</c>; <c>engine/exporter.py</c>, NMSModel): one output <c>1 × boxes × (6 + extras)</c>. For each box left, top, right, bottom in
/// pixels of the input (of rotated boxes centre, width and height), score and class, then mask coefficients, key points or the angle. The list is
/// filled up with zeros.
/// </summary>
internal sealed record EndToEndYoloHead : FamilyHead
{
    private const string Name = "yolo-end2end";
    private const int Score = 4, Class = 5, BoxValues = 6;

    private static readonly HeadConventions Inside = HeadConventions.Ultralytics with { SuppressesItself = true };

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(
        Name, StoredHeadTypes.Default.EndToEndYoloHead, StoredHeadTypes.Default.EndToEndYoloHeadArray,
        Family(Name, "YOLO end-to-end head", "detect"),
        Family($"{Name}-seg", "YOLO end-to-end head with masks", "segment"),
        Family($"{Name}-pose", "YOLO end-to-end head with key points", "pose"),
        Family($"{Name}-obb", "YOLO end-to-end head of rotated boxes", "obb"));

    /// <summary>What boxes have beside their class.</summary>
    public BoxExtras Extras { get; set; } = new(); // init would lose the default; see JsonDefaults

    protected override string FormatName => Name;

    protected override HeadConventions Usual => Inside;

    protected override string Title => $"YOLO end-to-end head{Extras.Suffix}";

    private int Values => BoxValues + Extras.Count;

    private static HeadFamily Family(string name, string title, string task) => new(name, title, form => Match(form, task)) { IsOfUltralytics = true };

    /// <summary>Whether the metadata says that the network suppresses boxes itself.</summary>
    public static bool StatesItsEnd(NetworkForm form) => string.Equals(form.Model.Metadata["end2end"], "True", StringComparison.OrdinalIgnoreCase)
        || form.Model.Metadata["args"]?.Contains("'nms': True", StringComparison.OrdinalIgnoreCase) == true;

    private static EndToEndYoloHead? Match(NetworkForm form, string task)
    {
        if (BoxExtras.Of(form, task) is not { } extras || form.Outputs[0].Shape is not [_, var boxes, var values]) return null;
        if (values != BoxValues + extras.Count) return null;
        // A list of all boxes is no end-to-end list: one value more than a class of YOLO v5.
        var isAll = GridLevels.Find(form.Width, form.Height, boxes) is not null || GridLevels.Find(form.Width, form.Height, boxes, 3) is not null;
        if (!form.IsAsked && !StatesItsEnd(form) && (isAll || IsDetr(form) || task != "detect" && form.UltralyticsTask is null)) return null;
        return new()
        {
            Outputs = extras.OutputsWith(form.Outputs[0].Name), Classes = form.Classes ?? (task == "pose" ? 1 : CocoLabels.Count), Extras = extras,
        };
    }

    // With two classes its boxes have six values too.
    private static bool IsDetr(NetworkForm form) => form.Model.Metadata["description"]?.Contains("detr", StringComparison.OrdinalIgnoreCase) == true;

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) => outputs[0].Shape[1];

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs) =>
        outputs[0].Shape is [_, > 0, var values] && values == Values && Extras.Fit(outputs) ? null
            : $"1×boxes×{Values}{(Extras.Prototypes is null ? "" : " and prototypes")}";

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this);

    public override HeadTensors Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight)
    {
        if (Extras.IsRotated) return base.Append(graph, outputs, networkWidth, networkHeight);
        var count = outputs[0].Shape[1];
        var rows = graph[Outputs[0]].Reshape(count, Values);
        var own = rows.Slice(Class, Class + 1, axis: 1);
        var classes = graph.Floats([.. Enumerable.Range(0, Classes).Select(c => (float)c)], 1, Classes);
        // Equal takes no floats in old operator sets.
        var isOwn = (own > classes - 0.5f) & (own < classes + 0.5f);
        var scores = isOwn.Where(rows.Slice(Score, Score + 1, axis: 1), -1);
        return new(BoxGraph.Scaled(rows.Slice(0, 4, axis: 1), networkWidth, networkHeight).Reshape(1, count, 4), scores, count);
    }

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.EndToEndYoloHead);

    private sealed class Decoder(EndToEndYoloHead head) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            head.Require(outputs);
            var memory = outputs[0].Values;
            for (var at = 0; at < memory.Length; at += head.Values)
            {
                var row = memory.Span.Slice(at, head.Values);
                // What fills the list up is all zero.
                if (!(row[Score] >= thresholds.Lowest) || row[Score] == 0) continue;
                var c = head.ClassOf(row[Class]);
                if (row[Score] >= thresholds.Scores[c]) candidates.Add(Candidate(memory.Slice(at, head.Values), c));
            }
        }

        public Detection Complete(Detection detection, IReadOnlyList<HeadValues> outputs, ImageGeometry geometry) =>
            head.Extras.Complete(detection, outputs, geometry);

        private DetectionCandidate Candidate(ReadOnlyMemory<float> values, int c)
        {
            var row = values.Span;
            if (head.Extras.IsRotated)
            {
                var (turned, angle) = BoxExtras.Regular(row[0], row[1], row[2], row[3], row[BoxValues]);
                return new(turned, c, row[Score]) { Angle = angle };
            }
            var box = new BoundingBox(row[0], row[1], row[2], row[3]);
            // A copy: the outputs are overwritten by the next image.
            return head.Extras.Count == 0 ? new(box, c, row[Score]) : new(box, c, row[Score], row[BoxValues..].ToArray());
        }
    }
}
