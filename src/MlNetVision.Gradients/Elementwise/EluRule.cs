using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = x, or α·(eˣ − 1) below 0: dx = dy, or dy·(y + α).</summary>
internal sealed class EluRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy)
    {
        var below = scope.Node("Mul", [dy, scope.Node("Add", [y, scope.Constant(node.Float("alpha", 1))])]);
        return scope.Where(scope.Node("Greater", [x, scope.Constant(0f)]), dy, below);
    }
}
