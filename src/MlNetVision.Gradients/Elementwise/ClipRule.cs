using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = x bounded to a range: dx = dy where y is x, bounds included.</summary>
internal sealed class ClipRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy) =>
        scope.Where(scope.Node("Equal", [x, y]), dy);
}
