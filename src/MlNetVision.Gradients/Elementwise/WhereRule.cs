using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = a where a condition holds, else b: da = dy where it holds, db = dy where it does not.</summary>
internal sealed class WhereRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (condition, a, b) = (node.Input[0], node.Input[1], node.Input[2]);
        if (scope.NeedsGradient(a)) scope.Accumulate(a, scope.Unbroadcast(scope.Where(condition, dy), a));
        if (scope.NeedsGradient(b)) scope.Accumulate(b, scope.Unbroadcast(scope.Where(condition, scope.Constant(0f), dy), b));
    }
}
