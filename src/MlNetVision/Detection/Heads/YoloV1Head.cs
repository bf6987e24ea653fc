using System.Numerics.Tensors;
using System.Text.Json;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>
/// The output of a YOLO v1 network (arXiv:1506.02640, section 2; Darknet's <c>[detection]</c>): side × side cells, flat. First the classes of each cell,
/// then the objectness of each box, then x, y, w, h of each box: the centre within its cell, and the size, or with <see cref="SquareRoots"/> its root, in
/// parts of the image. The network gives probabilities itself, without any bound; a score is objectness × class, cut to 0 to 1.
/// </summary>
internal sealed record YoloV1Head : IDetectionHead
{
    private const int Coordinates = 4;
    private const int MostSide = 1 << 10;

    public static DetectionHeadFormat HeadFormat { get; } = StoredHeads.Format(
        "yolo-v1", StoredHeadTypes.Default.YoloV1Head, StoredHeadTypes.Default.YoloV1HeadArray, (model, output) =>
            output.Kind != "detection" ? null : new YoloV1Head
            {
                Output = output.Output,
                Side = StoredHeads.Integer(model, output, "side", 1, MostSide),
                Boxes = StoredHeads.Integer(model, output, "num", 1),
                Classes = StoredHeads.Integer(model, output, "classes", 1),
                SquareRoots = output.Number("sqrt", 0) != 0,
                SoftmaxClasses = output.Number("softmax", 0) != 0,
            });

    /// <summary>The name of the ONNX output.</summary>
    public required string Output { get; init; }

    /// <summary>The cells of a row and of a column.</summary>
    public required int Side { get; init; }

    /// <summary>The boxes of a cell.</summary>
    public required int Boxes { get; init; }

    /// <summary>The number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Whether width and height are square roots.</summary>
    public required bool SquareRoots { get; init; }

    /// <summary>Whether the classes of a cell go through a softmax.</summary>
    public required bool SoftmaxClasses { get; init; }

    string IDetectionHead.Format => HeadFormat.Name;

    IReadOnlyList<string> IDetectionHead.Outputs => [Output];

    private int Cells => Side * Side;

    void IDetectionHead.Check(string model, IReadOnlyList<HeadOutput> outputs)
    {
        var expected = (Int128)Side * Side * ((1 + Coordinates) * (long)Boxes + Classes);
        if (outputs is not [{ Shape: [_, var values] }] || values != expected)
        {
            throw new BadModelException(
                $"{model}: the output '{Output}' has the shape {string.Join('×', outputs[0].Shape)}; expected {Side} × {Side} cells × ({Boxes} boxes × 5 + "
                + $"{Classes} classes) = {expected} values.");
        }
    }

    IHeadDecoder IDetectionHead.CreateDecoder(int networkWidth, int networkHeight)
    {
        if (Side is < 1 or > MostSide || Boxes < 1 || Classes < 1)
        {
            throw new BadModelException(
                $"YOLO v1 head '{Output}' has {Side} × {Side} cells, {Boxes} boxes and {Classes} classes; expected 1 or more of each, and at most "
                + $"{MostSide} × {MostSide} cells.");
        }
        return new Decoder(this, networkWidth, networkHeight);
    }

    HeadTensors IDetectionHead.Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight)
    {
        long count = (long)Cells * Boxes, classValues = (long)Cells * Classes;
        var flat = graph[Output].Reshape(-1);
        var classes = flat.Slice(0, classValues, axis: 0).Reshape(Cells, 1, Classes);
        if (SoftmaxClasses) classes = classes.Softmax(-1);
        var objectness = flat.Slice(classValues, classValues + count, axis: 0).Reshape(Cells, Boxes, 1);
        var coordinates = flat.Slice(classValues + count, classValues + count + count * Coordinates, axis: 0).Reshape(Cells, Boxes, Coordinates);

        float[] corners = [.. Enumerable.Range(0, Cells).SelectMany(cell => new[] { (float)(cell % Side), cell / Side })];
        var center = (coordinates.Slice(0, 2, axis: 2) + graph.Floats(corners, Cells, 1, 2)) / Side;
        var raw = coordinates.Slice(2, 4, axis: 2);
        var half = (SquareRoots ? raw.Square() : raw) * 0.5f;
        var boxes = graph.Concat([center - half, center + half], axis: 2);
        return new(boxes.Reshape(1, count, 4), (objectness * classes).Clip(0, 1).Reshape(count, Classes), count);
    }

    string IDetectionHead.Describe(IReadOnlyList<HeadOutput> outputs) => $"YOLO v1, {Side}×{Side} cells × ({Boxes} boxes × 5 + {Classes} classes)";

    string IDetectionHead.ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.YoloV1Head);

    private sealed class Decoder(YoloV1Head head, int networkWidth, int networkHeight) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            var (memory, shape) = outputs[0];
            ((IDetectionHead)head).Check("YOLO v1", [new(head.Output, shape)]);
            if (float.IsPositiveInfinity(thresholds.Lowest)) return;
            var values = memory.Span;
            var (classes, count) = (head.Cells * head.Classes, head.Cells * head.Boxes);
            var scores = new float[head.Classes];
            for (var box = 0; box < count; box++)
            {
                var cell = box / head.Boxes;
                var own = values.Slice(cell * head.Classes, head.Classes);
                if (head.SoftmaxClasses) Softmax(own, scores);
                else own.CopyTo(scores);
                TensorPrimitives.Multiply(scores, values[classes + box], scores);
                AddClasses(Box(values.Slice(classes + count + box * Coordinates, Coordinates), cell), scores, thresholds, candidates);
            }
        }

        private static void Softmax(ReadOnlySpan<float> raw, Span<float> scores)
        {
            TensorPrimitives.Subtract(raw, TensorPrimitives.Max(raw), scores);
            TensorPrimitives.SoftMax(scores, scores);
        }

        private static void AddClasses(BoundingBox box, ReadOnlySpan<float> scores, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            var best = -1;
            for (var c = 0; c < scores.Length; c++)
            {
                // Not "<": NaN is no candidate.
                if (!(Math.Clamp(scores[c], 0, 1) >= thresholds.Scores[c])) continue;
                if (!thresholds.BestClassOnly) candidates.Add(new(box, c, Math.Clamp(scores[c], 0, 1)));
                else if (best < 0 || Math.Clamp(scores[c], 0, 1) > Math.Clamp(scores[best], 0, 1)) best = c;
            }
            if (best >= 0) candidates.Add(new(box, best, Math.Clamp(scores[best], 0, 1)));
        }

        /// <summary>The box in pixels of the network's input. Darknet: get_detection_detections.</summary>
        private BoundingBox Box(ReadOnlySpan<float> raw, int cell)
        {
            var (row, column) = Math.DivRem(cell, head.Side);
            var (width, height) = head.SquareRoots ? (raw[2] * raw[2], raw[3] * raw[3]) : (raw[2], raw[3]);
            return BoundingBox.FromCenter(
                (column + raw[0]) * networkWidth / head.Side, (row + raw[1]) * networkHeight / head.Side, width * networkWidth, height * networkHeight);
        }
    }
}
