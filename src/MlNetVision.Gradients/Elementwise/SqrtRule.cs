using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = √x: dx = dy/(2·y).</summary>
internal sealed class SqrtRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy) =>
        scope.Node("Div", [dy, scope.Node("Add", [y, y])]);
}
