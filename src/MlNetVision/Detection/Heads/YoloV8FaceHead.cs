using System.Text.Json;
using MlNetVision.Imaging;

namespace MlNetVision.Detection;

/// <summary>
/// The head of YOLOv8-face as it is exported without decoding (derronqi/yolov8-face, <c>ultralytics/nn/modules.py</c>, Pose; hpc203/yolov8-face-opencv):
/// for each of the strides 8, 16 and 32 an output <c>1 × (64 + classes + 15) × H × W</c>. Channels: for left, top, right and bottom a distribution over
/// 16 distances in strides (arXiv:2006.04388) from the cell's middle, the raw classes, then five key points, (2·x + column) · stride, with a raw score.
/// </summary>
internal sealed record YoloV8FaceHead : FamilyHead
{
    private const string Name = "yolov8-face";
    private const int Bins = 16, Edges = 4, KeyPoints = 5, KeyPointValues = 3;
    private const int Others = Edges * Bins + KeyPoints * KeyPointValues;

    private static readonly int[] Strides = [8, 16, 32];

    private static readonly HeadConventions Own = HeadConventions.Ultralytics with { PadColor = new(0, 0, 0), Labels = ["face"] };

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(
        Name, StoredHeadTypes.Default.YoloV8FaceHead, StoredHeadTypes.Default.YoloV8FaceHeadArray, new HeadFamily(Name, "YOLOv8-face head", Match));

    protected override string FormatName => Name;

    protected override HeadConventions Usual => Own;

    protected override string Title => $"YOLOv8-face head with {KeyPoints} key points";

    private int Channels => Others + Classes;

    private static YoloV8FaceHead? Match(NetworkForm form)
    {
        if (form.Outputs.Count != Strides.Length) return null;
        List<HeadOutput> levels = [];
        foreach (var stride in Strides)
        {
            var (rows, columns) = (GridLevels.Cells(form.Height, stride), GridLevels.Cells(form.Width, stride));
            if (form.Outputs.FirstOrDefault(o => o.Shape is [_, _, var h, var w] && h == rows && w == columns) is not { } level) return null;
            levels.Add(level);
        }
        if (levels.Exists(l => l.Shape[1] != levels[0].Shape[1]) || form.ClassesIn(levels[0].Shape[1], Others) is not { } classes) return null;
        // Grids of three anchors have three times as many channels as one anchor has.
        return form.IsAsked || classes == 1 ? new() { Outputs = [.. levels.Select(l => l.Name)], Classes = classes } : null;
    }

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) => outputs.Sum(o => o.Shape[2] * o.Shape[3]);

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs) =>
        outputs.Count == Strides.Length && outputs.All(o => o.Shape is [_, var channels, > 0, > 0] && channels == Channels) ? null
            : $"three grids of {Channels} channels (4 × {Bins} + {Classes} + {KeyPoints} × {KeyPointValues})";

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this, networkWidth);

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.YoloV8FaceHead);

    private sealed class Decoder(YoloV8FaceHead head, int networkWidth) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            head.Require(outputs);
            foreach (var (values, shape) in outputs) Decode(values.Span, (int)shape[2], (int)shape[3], thresholds, candidates);
        }

        public Detection Complete(Detection detection, IReadOnlyList<HeadValues> outputs, ImageGeometry geometry) =>
            FacePoints.Complete(detection, geometry, KeyPoints, KeyPointValues);

        private void Decode(ReadOnlySpan<float> values, int height, int width, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            var (cells, stride, classes) = (height * width, (float)networkWidth / width, new float[head.Classes]);
            Span<float> edges = stackalloc float[Edges], bins = stackalloc float[Bins];
            for (var cell = 0; cell < cells; cell++)
            {
                for (var c = 0; c < classes.Length; c++) classes[c] = CandidateScores.Logistic(values[(Edges * Bins + c) * cells + cell]);
                if (!CandidateScores.MayReach(classes, 1, thresholds)) continue;
                var (row, column) = Math.DivRem(cell, width);
                for (var edge = 0; edge < Edges; edge++)
                {
                    for (var b = 0; b < Bins; b++) bins[b] = values[(edge * Bins + b) * cells + cell];
                    edges[edge] = BinMean.Of(bins);
                }
                var points = new float[KeyPoints * KeyPointValues];
                for (var i = 0; i < points.Length; i++)
                {
                    var raw = values[(Edges * Bins + head.Classes + i) * cells + cell];
                    points[i] = (i % KeyPointValues) switch { 0 => (2 * raw + column) * stride, 1 => (2 * raw + row) * stride, _ => CandidateScores.Logistic(raw) };
                }
                var (x, y) = (column + 0.5f, row + 0.5f);
                var box = new BoundingBox((x - edges[0]) * stride, (y - edges[1]) * stride, (x + edges[2]) * stride, (y + edges[3]) * stride);
                CandidateScores.Add(candidates, thresholds, classes, 1, new(box, 0, 0, points));
            }
        }
    }
}
