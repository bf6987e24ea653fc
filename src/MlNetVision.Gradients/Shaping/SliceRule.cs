using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Gradients.Shaping;

/// <summary>
/// Every s-th entry from a start to an end along some axes: dx is dy put back in its place, zeros elsewhere. Along each axis dy is reversed where
/// s is negative, spread by |s| − 1 zeros after every entry, and padded to the size of x.
/// </summary>
internal sealed class SliceRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var x = node.Input[0];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dx) return;
        var starts = scope.Needed(node, "starts", 1);
        var axes = scope.List(node, "axes", 3) ?? [.. Enumerable.Range(0, starts.Length).Select(i => (long)i)];
        var steps = scope.List(node, "steps", 4);
        for (var i = 0; i < axes.Length; i++)
        {
            var axis = ShapeInference.Axis(axes[i], scope.Known(x).Length);
            dx = Spread(scope, dx, axis, starts[i], steps?[i] ?? 1, scope.Size(x, axis));
        }
        scope.Accumulate(x, dx);
    }

    private static string Spread(GradientScope scope, string dy, int axis, long start, long step, long size)
    {
        var count = scope.Size(dy, axis);
        if (start < 0) start += size;
        start = Math.Clamp(start, 0, step > 0 ? size : size - 1);
        if (step < 0)
        {
            dy = scope.Flip(dy, axis);
            (start, step) = (start + ((count - 1) * step), -step);
        }
        if (count == 0 || step == 1) return scope.Pad(dy, axis, start, size - start - count);
        return scope.Pad(scope.Dilate(dy, axis, step), axis, start, size - start - (count * step));
    }
}
