using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Shaping;

/// <summary>Axes in another order: dx is dy with the order undone.</summary>
internal sealed class TransposeRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (!scope.NeedsGradient(node, 0) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        var dx = node.Find("perm") is { } order
            ? scope.Node("Transpose", [dy], ("perm", Axes.Inverse([.. order.Ints])))
            : scope.Node("Transpose", [dy]);
        scope.Accumulate(node.Input[0], dx);
    }
}
