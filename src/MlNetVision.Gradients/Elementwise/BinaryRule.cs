using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>An operator y = f(a, b) on each element, with broadcasting.</summary>
internal abstract class BinaryRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (a, b, y) = (node.Input[0], node.Input[1], node.Output[0]);
        if (scope.NeedsGradient(a)) scope.Accumulate(a, scope.Unbroadcast(First(scope, a, b, y, dy), a));
        if (scope.NeedsGradient(b)) scope.Accumulate(b, scope.Unbroadcast(Second(scope, a, b, y, dy), b));
    }

    /// <summary>dy·∂f/∂a, of y's shape.</summary>
    protected abstract string First(GradientScope scope, string a, string b, string y, string dy);

    /// <summary>dy·∂f/∂b, of y's shape.</summary>
    protected abstract string Second(GradientScope scope, string a, string b, string y, string dy);
}
