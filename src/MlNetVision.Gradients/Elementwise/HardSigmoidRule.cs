using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = α·x + β bounded to 0 … 1: dx = α·dy inside.</summary>
internal sealed class HardSigmoidRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy)
    {
        var inside = scope.Node("And", [scope.Node("Greater", [y, scope.Constant(0f)]), scope.Node("Less", [y, scope.Constant(1f)])]);
        return scope.Where(inside, scope.Node("Mul", [dy, scope.Constant(node.Float("alpha", 0.2f))]));
    }
}
