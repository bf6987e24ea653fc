using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = max(x, 0): dx = dy where y is above 0.</summary>
internal sealed class ReluRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy) =>
        scope.Where(scope.Node("Greater", [y, scope.Constant(0f)]), dy);
}
