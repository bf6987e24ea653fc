using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = ln x: dx = dy/x.</summary>
internal sealed class LogRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy) =>
        scope.Node("Div", [dy, x]);
}
