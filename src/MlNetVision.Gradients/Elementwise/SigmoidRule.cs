using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = 1/(1 + e⁻ˣ): dx = dy·y·(1 − y).</summary>
internal sealed class SigmoidRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy) =>
        scope.Node("Mul", [dy, scope.Node("Mul", [y, scope.Node("Sub", [scope.Constant(1f), y])])]);
}
