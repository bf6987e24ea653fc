using System.Text.Json;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>
/// The head of YOLO v5, v6 and v7 as they export it (ultralytics/yolov5, <c>models/yolo.py</c>, Detect; WongKinYiu/yolov7, <c>models/yolo.py</c>;
/// meituan/YOLOv6, <c>yolov6/models/effidehead.py</c>): one output <c>1 × boxes × (5 + classes + coefficients)</c>. For each box its centre, width and
/// height in pixels of the input, objectness (in v6 always 1), the probability of each class, and mask coefficients where there are prototypes.
/// </summary>
internal sealed record YoloV5Head : FamilyHead
{
    private const string Name = "yolov5";
    private const int Objectness = 4, BoxValues = 5;

    /// <summary>The boxes of a cell of v5 and v7; v6 has one.</summary>
    private const int Anchors = 3;

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(Name, StoredHeadTypes.Default.YoloV5Head, StoredHeadTypes.Default.YoloV5HeadArray,
        new(Name, "YOLO v5 or v7 head", form => Match(form, "detect", Anchors)) { IsOfUltralytics = true },
        new($"{Name}-seg", "YOLO v5 head with masks", form => Match(form, "segment", Anchors)) { IsOfUltralytics = true },
        new("yolov6", "YOLO v6 head", form => Match(form, "detect", 1)),
        new("yolov7", "YOLO v7 head", form => form.IsAsked && Match(form, "detect", Anchors) is { } head ? head with { IsObjectnessAlone = head.Classes == 1 } : null));

    /// <summary>The mask coefficients.</summary>
    public BoxExtras Extras { get; set; } = new(); // init would lose the default; see JsonDefaults

    /// <summary>Whether the objectness is the score: YOLO v7 of one class trains none (<c>utils/general.py</c>, non_max_suppression).</summary>
    public bool IsObjectnessAlone { get; init; }

    protected override string FormatName => Name;

    protected override HeadConventions Usual => HeadConventions.Ultralytics;

    protected override string Title => $"YOLO v5 head{Extras.Suffix}";

    private int Values => BoxValues + Classes + Extras.Count;

    private static YoloV5Head? Match(NetworkForm form, string task, int perCell)
    {
        // Old exports of v5 give the raw maps of the levels too, behind the boxes.
        var first = form.Outputs is [{ Shape.Count: 3 }, { Shape.Count: 5 }, ..] ? form with { Outputs = [form.Outputs[0]] } : form;
        if (BoxExtras.Of(first, task) is not { } extras || first.Outputs[0].Shape is not [_, var boxes, var values]) return null;
        if (form.ClassesIn(values, BoxValues + extras.Count) is not { } classes) return null;
        if (!form.IsAsked && GridLevels.Find(form.Width, form.Height, boxes, perCell) is null) return null;
        // As many boxes as cells may also be YOLOX or NanoDet, whose parts are joined as they come.
        if (!form.IsAsked && perCell == 1 && form.PartsOf(first.Outputs[0].Name).Count > 0 && YoloXHead.IsRaw(form)) return null;
        if (!form.IsAsked && perCell == 1 && NanoDetHead.IsRaw(form)) return null;
        return new() { Outputs = extras.OutputsWith(first.Outputs[0].Name), Classes = classes, Extras = extras };
    }

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) => outputs[0].Shape[1];

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs) =>
        outputs[0].Shape is [_, > 0, var values] && values == Values && Extras.Fit(outputs) ? null
            : $"1×boxes×{Values} (5 + {Classes} classes{(Extras.Count > 0 ? $" + {Extras.Count}" : "")})";

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this);

    public override HeadTensors Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight)
    {
        var count = outputs[0].Shape[1];
        var rows = graph[Outputs[0]].Reshape(count, Values);
        var scores = rows.Slice(Objectness, Objectness + 1, axis: 1);
        if (!IsObjectnessAlone) scores *= rows.Slice(BoxValues, BoxValues + Classes, axis: 1);
        return new(BoxGraph.FromCenters(rows, networkWidth, networkHeight).Reshape(1, count, 4), scores, count);
    }

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.YoloV5Head);

    private sealed class Decoder(YoloV5Head head) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            head.Require(outputs);
            var memory = outputs[0].Values;
            var values = memory.Span;
            for (var at = 0; at < values.Length; at += head.Values)
            {
                var objectness = values[at + Objectness];
                // Not "<": NaN is no candidate.
                if (!(objectness >= thresholds.Lowest)) continue;
                var row = values.Slice(at, head.Values);
                var classes = head.IsObjectnessAlone ? [1] : row.Slice(BoxValues, head.Classes);
                if (!CandidateScores.MayReach(classes, objectness, thresholds)) continue;
                var extra = head.Extras.Count == 0 ? [] : row[(BoxValues + head.Classes)..].ToArray();
                CandidateScores.Add(
                    candidates, thresholds, classes, objectness, new(BoundingBox.FromCenter(row[0], row[1], row[2], row[3]), 0, 0, extra));
            }
        }

        public Detection Complete(Detection detection, IReadOnlyList<HeadValues> outputs, ImageGeometry geometry) =>
            head.Extras.Complete(detection, outputs, geometry);
    }
}
