using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Training.Gradients.Normalizations;

/// <summary>y = eˣ/Σ eˣ: dx = y·(dy − Σ dy·y). Its logarithm y = x − ln Σ eˣ: dx = dy − eʸ·Σ dy.</summary>
internal sealed class SoftmaxRule(bool logarithm) : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var y = node.Output[0];
        if (!scope.NeedsGradient(node, 0) || scope.GradientOf(y) is not { } dy) return;
        var axes = scope.Constant(Axes(scope, node));
        scope.Accumulate(node.Input[0], logarithm
            ? scope.Node("Sub", [dy, scope.Node("Mul", [scope.Node("Exp", [y]), scope.Node("ReduceSum", [dy, axes])])])
            : scope.Node("Mul", [y, scope.Node("Sub", [dy, scope.Node("ReduceSum", [scope.Node("Mul", [dy, y]), axes])])]));
    }

    /// <summary>Before operator set 13 all axes from the given one on went together.</summary>
    private static long[] Axes(GradientScope scope, NodeProto node)
    {
        var rank = scope.Known(node.Output[0]).Length;
        return scope.OperatorSet >= 13
            ? [NodeScope.Axis(node.Integer("axis", -1), rank)]
            : [.. Enumerable.Range(0, rank).Skip(NodeScope.Axis(node.Integer("axis", 1), rank)).Select(i => (long)i)];
    }
}
