using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = tanh x: dx = dy·(1 − y²).</summary>
internal sealed class TanhRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy) =>
        scope.Node("Mul", [dy, scope.Node("Sub", [scope.Constant(1f), scope.Node("Mul", [y, y])])]);
}
