using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = |x|: dx = dy·sign x, 0 at 0.</summary>
internal sealed class AbsRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy) =>
        scope.Node("Mul", [dy, scope.Node("Sign", [x])]);
}
