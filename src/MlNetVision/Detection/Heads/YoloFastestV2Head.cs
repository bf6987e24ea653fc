using System.Numerics.Tensors;
using System.Text.Json;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Detection;

/// <summary>
/// The head of Yolo-FastestV2 (dog-qiuqiu/Yolo-FastestV2, <c>model/detector.py</c>, <c>utils/utils.py</c>): grids of stride 16 and 32 with three anchors
/// that share the classes of a cell. Each grid is three outputs <c>1 × 12 × H × W</c> (x, y, width, height of each anchor), <c>1 × 3 × H × W</c>
/// (objectness) and <c>1 × classes × H × W</c>, or one <c>1 × H × W × (15 + classes)</c>. The centre is (column + 2·σ(x) − ½)·stride, the width
/// (2·σ(w))² · anchor; classes go through a softmax. Exports may hold σ and softmax already. Images are BGR of 0 to 1, stretched.
/// </summary>
internal sealed record YoloFastestV2Head : FamilyHead
{
    private const string Name = "yolo-fastestv2";
    private const int AnchorsPerCell = 3, Coordinates = 4, BoxValues = AnchorsPerCell * (Coordinates + 1);

    /// <summary>The anchors of the published network for COCO (its <c>data/coco.data</c>), in pixels of an input of 352.</summary>
    private static readonly AnchorSize[] Published =
        [new(12.64f, 19.39f), new(37.88f, 51.48f), new(55.71f, 138.31f), new(126.91f, 78.23f), new(131.57f, 214.55f), new(279.92f, 258.87f)];

    private static readonly HeadConventions Own = new()
    {
        Preprocess = "bgr:0,0,0:255,255,255", Resize = ResizeMode.Stretch, Resampler = Resampler.HalfPixelBilinear, BestClassOnly = true, Stride = 32,
    };

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(
        Name, StoredHeadTypes.Default.YoloFastestV2Head, StoredHeadTypes.Default.YoloFastestV2HeadArray, new HeadFamily(Name, "Yolo-FastestV2 head", Match));

    /// <summary>The anchors in pixels of the input: three of the finer grid, three of the coarser.</summary>
    public required IReadOnlyList<AnchorSize> Anchors { get; init; }

    /// <summary>Whether the outputs hold probabilities: σ and softmax are part of the network.</summary>
    public required bool IsActivated { get; init; }

    protected override string FormatName => Name;

    protected override HeadConventions Usual => Own;

    protected override string Title => "Yolo-FastestV2 head";

    private static YoloFastestV2Head? Match(NetworkForm form)
    {
        var outputs = Sorted(form);
        if (outputs is null) return null;
        var channels = outputs.Count == 2 ? outputs[0].Shape[3] - BoxValues : outputs[2].Shape[1];
        if (form.ClassesIn(channels, 0) is not { } classes) return null;
        var isActivated = outputs.Count == 2 || NetworkEnd.Last(form.Model, outputs[0].Name)?.OpType == "Sigmoid";
        if (form.Anchors is { } given && given.Count != Published.Length)
            throw new BadModelException($"{form.Model.Name}: {given.Count} anchors are given; a Yolo-FastestV2 network has {Published.Length}.");
        return new() { Outputs = [.. outputs.Select(o => o.Name)], Classes = classes, Anchors = form.Anchors ?? Published, IsActivated = isActivated };
    }

    /// <summary>The outputs, those of the finer grid first, each boxes, objectness, classes; null where they are of another network.</summary>
    private static List<HeadOutput>? Sorted(NetworkForm form)
    {
        int[] strides = [16, 32];
        var outputs = new List<HeadOutput>();
        foreach (var stride in strides)
        {
            var (rows, columns) = (GridLevels.Cells(form.Height, stride), GridLevels.Cells(form.Width, stride));
            if (form.Outputs.Count == 2)
            {
                if (form.Outputs.FirstOrDefault(o => o.Shape is [_, var h, var w, > BoxValues] && h == rows && w == columns) is not { } joined) return null;
                outputs.Add(joined);
                continue;
            }
            var level = form.Outputs.Where(o => o.Shape is [_, _, var h, var w] && h == rows && w == columns).ToList();
            if (form.Outputs.Count != 6 || level.Count != 3) return null;
            // Objectness has 3 channels and boxes 12: the third output is that of the classes, which may be as many.
            if (level.FindIndex(o => o.Shape[1] == AnchorsPerCell * Coordinates) is not (>= 0 and var boxes)) return null;
            if (level.FindIndex(o => o.Shape[1] == AnchorsPerCell) is not (>= 0 and var objectness)) return null;
            outputs.AddRange([level[boxes], level[objectness], level[3 - boxes - objectness]]);
        }
        return outputs;
    }

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) => outputs.Count == 2
        ? outputs.Sum(o => o.Shape[1] * o.Shape[2]) * AnchorsPerCell
        : (outputs[0].Shape[2] * outputs[0].Shape[3] + outputs[3].Shape[2] * outputs[3].Shape[3]) * AnchorsPerCell;

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs)
    {
        var fits = outputs.Count switch
        {
            2 => outputs.All(o => o.Shape is [_, > 0, > 0, var channels] && channels == BoxValues + Classes),
            6 => outputs.Select((o, i) => o.Shape is [_, var channels, > 0, > 0] && channels == (i % 3) switch { 0 => 12, 1 => 3, _ => Classes }).All(b => b),
            _ => false,
        };
        return fits && Anchors.Count == Published.Length ? null : $"two grids of 12 + 3 + {Classes} channels";
    }

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this, networkWidth, networkHeight);

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.YoloFastestV2Head);

    private sealed class Decoder(YoloFastestV2Head head, int networkWidth, int networkHeight) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            head.Require(outputs);
            for (var level = 0; level < 2; level++)
            {
                var raw = new float[BoxValues + head.Classes];
                var (height, width) = outputs.Count == 2
                    ? ((int)outputs[level].Shape[1], (int)outputs[level].Shape[2])
                    : ((int)outputs[3 * level].Shape[2], (int)outputs[3 * level].Shape[3]);
                for (var cell = 0; cell < height * width; cell++)
                {
                    Read(outputs, level, cell, height * width, raw);
                    var (row, column) = Math.DivRem(cell, width);
                    for (var anchor = 0; anchor < AnchorsPerCell; anchor++)
                    {
                        var objectness = raw[AnchorsPerCell * Coordinates + anchor];
                        var classes = raw.AsSpan(BoxValues);
                        if (!CandidateScores.MayReach(classes, objectness, thresholds)) continue;
                        var box = Box(raw.AsSpan(anchor * Coordinates, Coordinates), head.Anchors[level * AnchorsPerCell + anchor], column, row, width, height);
                        CandidateScores.Add(candidates, thresholds, classes, objectness, new(box, 0, 0));
                    }
                }
            }
        }

        /// <summary>The probabilities of a cell: boxes, objectness, classes.</summary>
        private void Read(IReadOnlyList<HeadValues> outputs, int level, int cell, int cells, float[] raw)
        {
            if (outputs.Count == 2)
            {
                outputs[level].Values.Span.Slice(cell * raw.Length, raw.Length).CopyTo(raw);
                return;
            }
            var at = 0;
            for (var part = 0; part < 3; part++)
            {
                var values = outputs[3 * level + part].Values.Span;
                for (var c = cell; c < values.Length; c += cells) raw[at++] = values[c];
            }
            if (head.IsActivated) return;
            for (var i = 0; i < BoxValues; i++) raw[i] = CandidateScores.Logistic(raw[i]);
            var classes = raw.AsSpan(BoxValues);
            var highest = TensorPrimitives.Max<float>(classes);
            TensorPrimitives.Subtract(classes, highest, classes);
            TensorPrimitives.SoftMax<float>(classes, classes);
        }

        private BoundingBox Box(ReadOnlySpan<float> raw, AnchorSize anchor, int column, int row, int width, int height) => BoundingBox.FromCenter(
            (column + 2 * raw[0] - 0.5f) * networkWidth / width, (row + 2 * raw[1] - 0.5f) * networkHeight / height,
            4 * raw[2] * raw[2] * anchor.Width, 4 * raw[3] * raw[3] * anchor.Height);
    }
}
