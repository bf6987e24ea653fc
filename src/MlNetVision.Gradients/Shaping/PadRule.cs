using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Gradients.Shaping;

/// <summary>
/// A border around a tensor: dx is the inner part of dy. Of a reflected border (without the edge) it also gets the borders of dy, mirrored into
/// their places; of a repeated edge, their sums at the edge. Axis by axis, since the borders of one axis are copied into the corners by the next.
/// </summary>
internal sealed class PadRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var x = node.Input[0];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dx) return;
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
        scope.Accumulate(x, dx);
    }

    private static string Fold(GradientScope scope, string dy, int axis, long front, long back, long size, bool edge)
    {
        var inner = scope.Cut(dy, axis, front, front + size);
        if (front > 0) Add(scope.Cut(dy, axis, 0, front), front, edge ? 0 : 1);
        if (back > 0) Add(scope.Cut(dy, axis, front + size, front + size + back), back, edge ? size - 1 : size - 1 - back);
        return inner;

        void Add(string border, long length, long at)
        {
            var (folded, count) = edge ? (scope.Node("ReduceSum", [border, scope.Constant((long)axis)]), 1) : (scope.Flip(border, axis), length);
            inner = scope.Node("Add", [inner, scope.Pad(folded, axis, at, size - at - count)]);
        }
    }
}
