using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>
/// Networks with a real NonMaxSuppression operator, as YOLO v7 exports it for ONNX Runtime (WongKinYiu/yolov7, <c>models/experimental.py</c>, ONNX_ORT):
/// the boxes are moved apart by their class for the operator's single list, then image, box, class and score are gathered.
/// </summary>
internal static class SuppressingNetwork
{
    public const float IoU = 0.45f, Confidence = 0.25f;

    /// <summary>Boxes of an input, of which many overlap: each with its best class.</summary>
    public static NaiveBox[] Candidates(RandomBoxes random, int count, int classes)
    {
        var boxes = new NaiveBox[count];
        for (var i = 0; i < count; i++)
        {
            if (random.Edges() is not [var left, var top, var right, var bottom]) throw new InvalidOperationException("four edges were expected");
            // Each second box lies near the one before it.
            if (i % 2 == 1) (left, top, right, bottom) = ((float)boxes[i - 1].Left + 1, (float)boxes[i - 1].Top, (float)boxes[i - 1].Right, (float)boxes[i - 1].Bottom + 1);
            boxes[i] = new(left, top, right, bottom, i / 4 % classes, random.Between(0.05, 1));
        }
        return boxes;
    }

    public static OnnxModel V7(int width, int height, NaiveBox[] candidates, int classes) => StillNetwork.Build(width, height, 1, graph =>
    {
        var count = candidates.Length;
        float[] edges = [.. candidates.SelectMany(b => new[] { (float)b.Left, (float)b.Top, (float)b.Right, (float)b.Bottom })];
        var apart = new float[4 * count];
        for (var i = 0; i < apart.Length; i++) apart[i] = edges[i] + candidates[i / 4].Class * 640f;
        float[] scores = [.. candidates.Select(b => (float)b.Score)];
        // Nothing of it is known before the network runs: the image takes part.
        var nothing = graph.Node("ReduceMean", [graph["images"]], ("keepdims", 0L)) * 0f;
        var likely = graph.Floats(scores, 1, 1, count) + nothing;
        var selected = graph.Node("NonMaxSuppression",
            [graph.Floats(apart, 1, count, 4) + nothing, likely, graph.Integers(100), graph.Floats([IoU], 1), graph.Floats([Confidence], 1)]);
        var (image, box) = (selected.Slice(0, 1, axis: 1), selected.Slice(2, 3, axis: 1));
        var at = box.Reshape(-1);
        GraphTensor Of(float[] values, params long[] shape) => graph.Node("Gather", [graph.Floats(values, shape), at], ("axis", 0L));
        float[] own = [.. candidates.Select(b => (float)b.Class)];
        var rows = graph.Concat([image.Cast(DataType.Float), Of(edges, count, 4), Of(own, count, 1),
            graph.Node("Gather", [likely.Reshape(count, 1), at], ("axis", 0L))], axis: 1);
        graph.Output("output", rows, DataType.Float, -1, 7);
    });
}
