using System.Text.Json;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>
/// The head of Ultralytics' YOLO v8, v9, 11 and 12 (<c>nn/modules/head.py</c>: Detect, Segment, Pose, OBB; <c>utils/nms.py</c>): one output
/// <c>1 × (4 + classes + extras) × boxes</c>. For each box its centre, width and height in pixels of the input, the probability of each class, then
/// mask coefficients, key points or the angle. There is no objectness. Masks need a second output, the prototypes.
/// </summary>
internal sealed record YoloV8Head : FamilyHead
{
    private const string Name = "yolov8";
    private const int BoxValues = 4;

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(Name, StoredHeadTypes.Default.YoloV8Head, StoredHeadTypes.Default.YoloV8HeadArray,
        Family(Name, "Ultralytics v8 head", "detect"),
        Family($"{Name}-seg", "Ultralytics v8 head with masks", "segment"),
        Family($"{Name}-pose", "Ultralytics v8 head with key points", "pose"),
        Family($"{Name}-obb", "Ultralytics v8 head of rotated boxes", "obb"));

    /// <summary>What boxes have beside their classes.</summary>
    public BoxExtras Extras { get; set; } = new(); // init would lose the default; see JsonDefaults

    protected override string FormatName => Name;

    protected override HeadConventions Usual => HeadConventions.Ultralytics;

    protected override string Title => $"Ultralytics v8 head{Extras.Suffix}";

    private int Values => BoxValues + Classes + Extras.Count;

    private static HeadFamily Family(string name, string title, string task) => new(name, title, form => Match(form, task)) { IsOfUltralytics = true };

    private static YoloV8Head? Match(NetworkForm form, string task)
    {
        if (BoxExtras.Of(form, task) is not { } extras || form.Outputs[0].Shape is not [_, var values, var boxes]) return null;
        if (form.ClassesIn(values, BoxValues + extras.Count) is not { } classes) return null;
        var isCounted = GridLevels.Find(form.Width, form.Height, boxes) is not null;
        if (!isCounted && !form.IsAsked && !form.IsOfUltralytics) return null;
        // Without a word on key points, 56 values are 52 classes, or a person and its 17 joints.
        if (task == "pose" && !form.IsAsked && form.UltralyticsTask is null && KeyPointShape.Of(form.Model) is null && (classes != 1 || form.Labels is not null))
            return null;
        // A list of boxes that end-to-end networks give is short, and has few values.
        if (!isCounted && !form.IsAsked && EndToEndYoloHead.StatesItsEnd(form)) return null;
        return new() { Outputs = extras.OutputsWith(form.Outputs[0].Name), Classes = classes, Extras = extras };
    }

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) => outputs[0].Shape[2];

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs) =>
        outputs[0].Shape is [_, var values, > 0] && values == Values && Extras.Fit(outputs) ? null
            : $"1×{Values}×boxes (4 + {Classes} classes{(Extras.Count > 0 ? $" + {Extras.Count}" : "")}){(Extras.Prototypes is null ? "" : " and prototypes")}";

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this);

    public override HeadTensors Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight)
    {
        if (Extras.IsRotated) return base.Append(graph, outputs, networkWidth, networkHeight);
        var count = outputs[0].Shape[2];
        var rows = graph[Outputs[0]].Reshape(Values, count).Transpose(1, 0);
        return new(BoxGraph.FromCenters(rows, networkWidth, networkHeight).Reshape(1, count, 4), rows.Slice(BoxValues, BoxValues + Classes, axis: 1), count);
    }

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.YoloV8Head);

    private sealed class Decoder(YoloV8Head head) : IHeadDecoder
    {
        [ThreadStatic]
        private static List<(int Class, int Box)>? _found;

        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            head.Require(outputs);
            var (memory, shape) = outputs[0];
            var values = memory.Span;
            var count = (int)shape[2];
            var found = _found ??= [];
            found.Clear();
            CandidateScores.Find(values.Slice(BoxValues * count, head.Classes * count), count, thresholds, found);
            if (thresholds.BestClassOnly) KeepBest(found, values, count);
            foreach (var (c, box) in found) candidates.Add(Candidate(values, count, c, box));
        }

        public Detection Complete(Detection detection, IReadOnlyList<HeadValues> outputs, ImageGeometry geometry) =>
            head.Extras.Complete(detection, outputs, geometry);

        /// <summary>Of each box the class with the best score, the lower one where two are equal.</summary>
        private static void KeepBest(List<(int Class, int Box)> found, ReadOnlySpan<float> values, int count)
        {
            if (found.Count < 2) return;
            var best = new Dictionary<int, int>(found.Count);
            foreach (var (c, box) in found)
            {
                if (!best.TryGetValue(box, out var other) || values[(BoxValues + c) * count + box] > values[(BoxValues + other) * count + box])
                    best[box] = c;
            }
            if (best.Count == found.Count) return;
            found.RemoveAll(f => best[f.Box] != f.Class);
        }

        private DetectionCandidate Candidate(ReadOnlySpan<float> values, int count, int c, int box)
        {
            var (x, y, width, height) = (values[box], values[count + box], values[2 * count + box], values[3 * count + box]);
            var score = values[(BoxValues + c) * count + box];
            var extras = head.Extras;
            if (extras.Count == 0) return new(BoundingBox.FromCenter(x, y, width, height), c, score);
            var first = BoxValues + head.Classes;
            if (extras.IsRotated)
            {
                var (turned, angle) = BoxExtras.Regular(x, y, width, height, values[first * count + box]);
                return new(turned, c, score) { Angle = angle };
            }
            var extra = new float[extras.Count];
            for (var i = 0; i < extra.Length; i++) extra[i] = values[(first + i) * count + box];
            return new(BoundingBox.FromCenter(x, y, width, height), c, score, extra);
        }
    }
}
