using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>A change of the element type: dx is dy in the type of x. Nothing passes where x does not hold fractions.</summary>
internal sealed class CastRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy) =>
        scope.Node("Cast", [dy], ("to", (long)scope.Type(x)));
}
