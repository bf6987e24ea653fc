using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = 2/√π·∫₀ˣ e^(−t²) dt: dx = dy·2/√π·e^(−x²).</summary>
internal sealed class ErfRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy)
    {
        var bell = scope.Node("Exp", [scope.Node("Neg", [scope.Node("Mul", [x, x])])]);
        return scope.Node("Mul", [dy, scope.Node("Mul", [bell, scope.Constant((float)(2 / Math.Sqrt(Math.PI)))])]);
    }
}
