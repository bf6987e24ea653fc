using System.Text.Json;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>
/// One output of a Gaussian YOLO network (arXiv:1904.04620; <c>[Gaussian_yolo]</c> of Darknet's fork): a raw grid <c>N × (anchors · (9 + classes)) ×
/// H × W</c>. Channels of an anchor: x, deviation of x, y, deviation of y, w, deviation of w, h, deviation of h, objectness, then the classes.
/// Boxes are those of <see cref="YoloHeadKind.Yolo"/>; a score is objectness × class × (1 − mean of the four deviations).
/// </summary>
internal sealed record GaussianYoloHead : IDetectionHead
{
    /// <summary>Channels of an anchor before those of the classes.</summary>
    private const int BoxAttributes = 9;

    private const int Objectness = 8;

    public static DetectionHeadFormat HeadFormat { get; } = StoredHeads.Format(
        "gaussian-yolo", StoredHeadTypes.Default.GaussianYoloHead, StoredHeadTypes.Default.GaussianYoloHeadArray, (model, output) =>
            output.Kind != "Gaussian_yolo" ? null : new GaussianYoloHead
            {
                Output = output.Output,
                Anchors = YoloHeadReader.Anchors(model, output),
                Classes = StoredHeads.Integer(model, output, "classes", 1),
                ScaleXY = (float)output.Number("scale_x_y", 1),
                Point = (GaussianYoloPoint)StoredHeads.Integer(model, output, "yolo_point", 0, 2),
            });

    /// <summary>The name of the ONNX output that holds the grid.</summary>
    public required string Output { get; init; }

    /// <summary>Widths and heights of the anchors in pixels of the network's input, in the order of the channels.</summary>
    public required IReadOnlyList<AnchorSize> Anchors { get; init; }

    /// <summary>The number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>As <see cref="YoloHead.ScaleXY"/>.</summary>
    public required float ScaleXY { get; init; }

    /// <summary>What of the box x and y are.</summary>
    public required GaussianYoloPoint Point { get; init; }

    string IDetectionHead.Format => HeadFormat.Name;

    IReadOnlyList<string> IDetectionHead.Outputs => [Output];

    private long Channels => Anchors.Count * (BoxAttributes + (long)Classes);

    /// <summary>How far the centre lies beside the point, in widths and heights of the box.</summary>
    private float Shift => Point switch { GaussianYoloPoint.LeftTop => 0.5f, GaussianYoloPoint.RightBottom => -0.5f, _ => 0 };

    void IDetectionHead.Check(string model, IReadOnlyList<HeadOutput> outputs)
    {
        if (outputs is not [{ Shape: [_, var channels, _, _] }] || channels != Channels)
        {
            throw new BadModelException(
                $"{model}: the output '{Output}' has the shape {string.Join('×', outputs[0].Shape)}; expected a grid of {Anchors.Count} anchors × (9 + "
                + $"{Classes} classes) = {Channels} channels.");
        }
    }

    IHeadDecoder IDetectionHead.CreateDecoder(int networkWidth, int networkHeight)
    {
        if (!Enum.IsDefined(Point)) throw new BadModelException($"Gaussian YOLO head '{Output}' has the unknown point {Point}.");
        // What both kinds of heads have is checked in one place.
        _ = new YoloHeadDecoder(
            new() { Output = Output, Kind = YoloHeadKind.Yolo, Anchors = Anchors, Classes = Classes, ScaleXY = ScaleXY }, networkWidth, networkHeight);
        return new Decoder(this, networkWidth, networkHeight);
    }

    HeadTensors IDetectionHead.Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight)
    {
        var (height, width) = ((int)outputs[0].Shape[2], (int)outputs[0].Shape[3]);
        var (anchors, cells) = (Anchors.Count, height * width);
        var grid = graph[Output].Reshape(anchors, BoxAttributes + Classes, cells).Transpose(0, 2, 1);
        GraphTensor Pick(params long[] channels) => grid.Gather(graph.Integers(channels), axis: 2);

        var corner = (ScaleXY - 1) / 2;
        float[] corners = [.. Enumerable.Range(0, cells).SelectMany(cell => new[] { cell % width - corner, cell / width - corner })];
        var point = ((Pick(0, 2).Sigmoid() * ScaleXY) + graph.Floats(corners, 1, cells, 2)) * graph.Floats([1f / width, 1f / height], 1, 1, 2);
        var sizes = graph.Floats([.. Anchors.SelectMany(a => new[] { a.Width / networkWidth, a.Height / networkHeight })], anchors, 1, 2);
        var size = Pick(4, 6).Exp() * sizes;
        var center = Shift == 0 ? point : point + (size * Shift);
        var boxes = graph.Concat([center - (size * 0.5f), center + (size * 0.5f)], axis: 2);
        var certainty = 1 - Pick(1, 3, 5, 7).Sigmoid().Mean([2]);
        var scores = Pick(Objectness).Sigmoid() * certainty * grid.Slice(BoxAttributes, BoxAttributes + Classes, axis: 2).Sigmoid();
        long count = (long)anchors * cells;
        return new(boxes.Reshape(1, count, 4), scores.Reshape(count, Classes), count);
    }

    string IDetectionHead.Describe(IReadOnlyList<HeadOutput> outputs) =>
        $"Gaussian YOLO grid {outputs[0].Shape[^1]}×{outputs[0].Shape[^2]}, {Anchors.Count} anchors × (9 + {Classes} classes)";

    string IDetectionHead.ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.GaussianYoloHead);

    private sealed class Decoder(GaussianYoloHead head, int networkWidth, int networkHeight) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            var (memory, shape) = outputs[0];
            ((IDetectionHead)head).Check("Gaussian YOLO", [new(head.Output, shape)]);
            var values = memory.Span;
            var (height, width) = ((int)shape[2], (int)shape[3]);
            var (cells, attributes) = (height * width, BoxAttributes + head.Classes);
            for (var anchor = 0; anchor < head.Anchors.Count; anchor++)
            {
                for (var cell = 0; cell < cells; cell++)
                {
                    var raw = values[(anchor * attributes * cells + cell)..];
                    var objectness = CandidateScores.Logistic(raw[Objectness * cells]);
                    // Not "<": NaN makes a cell empty.
                    if (!(objectness >= thresholds.Lowest)) continue;
                    var deviation = (CandidateScores.Logistic(raw[cells]) + CandidateScores.Logistic(raw[3 * cells]) + CandidateScores.Logistic(raw[5 * cells]) + CandidateScores.Logistic(raw[7 * cells])) / 4;
                    AddClasses(raw, cells, Box(raw, cells, anchor, cell, height, width), objectness * (1 - deviation), thresholds, candidates);
                }
            }
        }

        private void AddClasses(
            ReadOnlySpan<float> raw, int cells, BoundingBox box, float certainty, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            var best = -1;
            var first = candidates.Count;
            for (var c = 0; c < head.Classes; c++)
            {
                var score = certainty * CandidateScores.Logistic(raw[(BoxAttributes + c) * cells]);
                if (!(score >= thresholds.Scores[c])) continue;
                candidates.Add(new(box, c, score));
                if (best < 0 || score > candidates[best].Score) best = candidates.Count - 1;
            }
            if (!thresholds.BestClassOnly || best < 0) return;
            candidates[first] = candidates[best];
            candidates.RemoveRange(first + 1, candidates.Count - first - 1);
        }

        private BoundingBox Box(ReadOnlySpan<float> raw, int cells, int anchor, int cell, int height, int width)
        {
            var (row, column) = Math.DivRem(cell, width);
            var corner = (head.ScaleXY - 1) / 2;
            var x = (column + CandidateScores.Logistic(raw[0]) * head.ScaleXY - corner) * networkWidth / width;
            var y = (row + CandidateScores.Logistic(raw[2 * cells]) * head.ScaleXY - corner) * networkHeight / height;
            var (boxWidth, boxHeight) = (MathF.Exp(raw[4 * cells]) * head.Anchors[anchor].Width, MathF.Exp(raw[6 * cells]) * head.Anchors[anchor].Height);
            return BoundingBox.FromCenter(x + boxWidth * head.Shift, y + boxHeight * head.Shift, boxWidth, boxHeight);
        }
    }
}

/// <summary>What of a box the x and y of a Gaussian YOLO head are (<c>yolo_point</c>).</summary>
internal enum GaussianYoloPoint
{
    /// <summary>Its centre.</summary>
    Center,

    /// <summary>Its upper left corner.</summary>
    LeftTop,

    /// <summary>Its lower right corner.</summary>
    RightBottom,
}
