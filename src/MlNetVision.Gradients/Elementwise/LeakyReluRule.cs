using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = x, or α·x below 0: dx = dy, or α·dy.</summary>
internal sealed class LeakyReluRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy)
    {
        var small = scope.Node("Mul", [dy, scope.Constant(node.Float("alpha", 0.01f))]);
        return scope.Where(scope.Node("Greater", [x, scope.Constant(0f)]), dy, small);
    }
}
