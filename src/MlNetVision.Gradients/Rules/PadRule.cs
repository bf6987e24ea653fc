using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Gradients.Rules;

/// <summary>
/// A border around a tensor: dx is the inner part of dy. Of a reflected border (without the edge) it also gets the borders of dy, mirrored into
/// their places; of a repeated edge, their sums at the edge. Axis by axis, since the borders of one axis are copied into the corners by the next.
/// </summary>
internal static class PadRule
{
    public static GraphTensor Gradient(GradientScope scope, NodeProto node, GraphTensor dx, GraphTensor x)
    {
        var rank = scope.Known(x).Length;
        var pads = scope.Needed(node, "pads", 1);
        var axes = scope.List(node, "axes", 3) ?? [.. Enumerable.Range(0, rank).Select(i => (long)i)];
        var mode = node.Text("mode", "constant");
        if (mode is not ("constant" or "reflect" or "edge")) throw scope.Unsupported(node, $"of mode '{mode}'");
        for (var i = 0; i < axes.Length; i++)
        {
            var (axis, front, back) = (ShapeInference.Axis(axes[i], rank), pads[i], pads[i + axes.Length]);
            if (mode != "constant" && (front > 0 || back > 0))
            {
                // A negative pad takes entries away before the border is made.
                var size = scope.Size(x, axis) + Math.Min(front, 0) + Math.Min(back, 0);
                dx = Fold(scope, dx, axis, Math.Max(front, 0), Math.Max(back, 0), size, mode == "edge");
                (front, back) = (Math.Min(front, 0), Math.Min(back, 0));
            }
            dx = scope.Pad(dx, axis, -front, -back);
        }
        return dx;
    }

    private static GraphTensor Fold(GradientScope scope, GraphTensor dy, int axis, long front, long back, long size, bool edge)
    {
        var inner = dy.Slice(front, front + size, axis);
        if (front > 0) Add(dy.Slice(0, front, axis), front, edge ? 0 : 1);
        if (back > 0) Add(dy.Slice(front + size, front + size + back, axis), back, edge ? size - 1 : size - 1 - back);
        return inner;

        void Add(GraphTensor border, long length, long at)
        {
            var (folded, count) = edge ? (border.Sum([axis]), 1) : (border.Flip(axis), length);
            inner += scope.Pad(folded, axis, at, size - at - count);
        }
    }
}
