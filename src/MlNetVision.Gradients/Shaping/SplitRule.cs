using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Gradients.Shaping;

/// <summary>A tensor cut into parts along an axis: dx is the gradients of the parts one after another, with zeros for those that nothing uses.</summary>
internal sealed class SplitRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var x = node.Input[0];
        if (!scope.NeedsGradient(x)) return;
        var axis = ShapeInference.Axis(node.Integer("axis", 0), scope.Known(x).Length);
        var parts = node.Output.Select(y => scope.GradientOf(y) ?? scope.Zeros(y));
        scope.Accumulate(x, scope.Node("Concat", parts, ("axis", (long)axis)));
    }
}
