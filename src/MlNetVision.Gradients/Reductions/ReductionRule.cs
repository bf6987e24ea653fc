using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Gradients.Reductions;

/// <summary>An operator y = f(x) that takes one value out of all along some axes.</summary>
internal abstract class ReductionRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var x = node.Input[0];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        var axes = Axes(scope, node, scope.Known(x).Length);
        var y = node.Output[0];
        if (node.Integer("keepdims", 1) == 0 && axes.Length > 0) (y, dy) = (Kept(scope, y, axes), Kept(scope, dy, axes));
        scope.Accumulate(x, Gradient(scope, x, y, dy, axes));
    }

    /// <summary>The gradient of x, of x's shape. The result and its gradient have axes of one where x was reduced.</summary>
    protected abstract string Gradient(GradientScope scope, string x, string y, string dy, long[] axes);

    /// <summary>Axes of one in the places of those that are gone.</summary>
    private static string Kept(GradientScope scope, string tensor, long[] axes) => scope.Node("Unsqueeze", [tensor, scope.Constant(axes)]);

    private static long[] Axes(GradientScope scope, NodeProto node, int rank)
    {
        if (scope.List(node, "axes", 1) is { Length: > 0 } axes) return [.. axes.Select(a => (long)ShapeInference.Axis(a, rank)).Order()];
        return node.Integer("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, rank).Select(i => (long)i)];
    }
}
