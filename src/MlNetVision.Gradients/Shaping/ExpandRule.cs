using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Shaping;

/// <summary>A tensor repeated along axes of one: dx is dy summed over them.</summary>
internal sealed class ExpandRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.NeedsGradient(node, 0) && scope.GradientOf(node.Output[0]) is { } dy)
            scope.Accumulate(node.Input[0], scope.Unbroadcast(dy, node.Input[0]));
    }
}
