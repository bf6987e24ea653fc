using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Training.Gradients.Shaping;

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
            var (axis, front, back) = (NodeScope.Axis(axes[i], rank), pads[i], pads[i + axes.Length]);
            if (front == 0 && back == 0) continue;
            dx = mode == "constant" ? scope.Pad(dx, axis, -front, -back) : Fold(scope, dx, axis, Math.Max(front, 0), Math.Max(back, 0), mode == "edge", scope.Size(x, axis));
            if (mode != "constant") dx = scope.Pad(dx, axis, Math.Max(-front, 0), Math.Max(-back, 0));
        }
        scope.Accumulate(x, dx);
    }

    private static string Fold(GradientScope scope, string dy, int axis, long front, long back, bool edge, long size)
    {
        var inner = scope.Cut(dy, axis, front, front + size);
        if (front > 0)
        {
            var border = scope.Cut(dy, axis, 0, front);
            inner = scope.Node("Add", [inner, edge
                ? scope.Pad(Sum(scope, border, axis), axis, 0, size - 1)
                : scope.Pad(scope.Flip(border, axis), axis, 1, size - 1 - front)]);
        }
        if (back > 0)
        {
            var border = scope.Cut(dy, axis, front + size, front + size + back);
            inner = scope.Node("Add", [inner, edge
                ? scope.Pad(Sum(scope, border, axis), axis, size - 1, 0)
                : scope.Pad(scope.Flip(border, axis), axis, size - 1 - back, 1)]);
        }
        return inner;
    }

    private static string Sum(GradientScope scope, string border, int axis) => scope.Node("ReduceSum", [border, scope.Constant((long)axis)]);
}
