using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>An operator y = f(x) on each element.</summary>
internal abstract class UnaryRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.NeedsGradient(node, 0) && scope.GradientOf(node.Output[0]) is { } dy)
            scope.Accumulate(node.Input[0], Gradient(scope, node, node.Input[0], node.Output[0], dy));
    }

    /// <summary>The tensor dy·f′(x).</summary>
    protected abstract string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy);
}
