using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = ln(1 + eˣ): dx = dy/(1 + e⁻ˣ).</summary>
internal sealed class SoftplusRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy) =>
        scope.Node("Mul", [dy, scope.Node("Sigmoid", [x])]);
}
