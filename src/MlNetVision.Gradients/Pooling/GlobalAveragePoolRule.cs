using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Pooling;

/// <summary>y is the mean of n values: every x gets dy/n.</summary>
internal sealed class GlobalAveragePoolRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var x = node.Input[0];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        long[] spatial = [.. Enumerable.Range(2, scope.Known(x).Length - 2).Select(i => (long)i)];
        scope.Accumulate(x, scope.Node("Expand", [scope.Node("Div", [dy, scope.Count(x, spatial)]), scope.ShapeOf(x)]));
    }
}
