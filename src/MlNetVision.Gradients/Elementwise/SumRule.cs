using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>The sum of any number of tensors: each gets dy. Their mean: each gets its share of dy.</summary>
internal sealed class SumRule(bool mean) : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        if (mean) dy = scope.Node("Mul", [dy, scope.Constant(1f / node.Input.Count)]);
        foreach (var x in node.Input.Where(scope.NeedsGradient)) scope.Accumulate(x, scope.Unbroadcast(dy, x));
    }
}
