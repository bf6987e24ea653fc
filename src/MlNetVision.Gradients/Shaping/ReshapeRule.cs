using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Shaping;

/// <summary>The same elements in another shape (Reshape, Flatten, Squeeze, Unsqueeze): dx is dy in the shape of x.</summary>
internal sealed class ReshapeRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.NeedsGradient(node, 0) && scope.GradientOf(node.Output[0]) is { } dy)
            scope.Accumulate(node.Input[0], scope.Node("Reshape", [dy, scope.ShapeOf(node.Input[0])]));
    }
}
