using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Shaping;

/// <summary>Blocks of pixels laid out as channels: dx is dy with the channels laid back into blocks.</summary>
internal sealed class SpaceToDepthRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.NeedsGradient(node, 0) && scope.GradientOf(node.Output[0]) is { } dy)
            scope.Accumulate(node.Input[0], scope.Node("DepthToSpace", [dy], ("blocksize", node.Integer("blocksize", 0))));
    }
}
