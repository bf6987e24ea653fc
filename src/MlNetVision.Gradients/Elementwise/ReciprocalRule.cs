using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = 1/x: dx = −dy·y².</summary>
internal sealed class ReciprocalRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy) =>
        scope.Node("Neg", [scope.Node("Mul", [dy, scope.Node("Mul", [y, y])])]);
}
