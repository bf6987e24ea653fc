using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Shaping;

/// <summary>Channels laid out as blocks of pixels: dx is dy with the blocks laid back into channels.</summary>
internal sealed class DepthToSpaceRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var x = node.Input[0];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        var block = node.Integer("blocksize", 0);
        if (node.Text("mode", "DCR") == "DCR")
        {
            scope.Accumulate(x, scope.Node("SpaceToDepth", [dy], ("blocksize", block)));
            return;
        }
        // CRD: N × C × b·b … was laid out as N, C, H, b, W, b.
        var (channels, height, width) = (scope.Size(dy, 1), scope.Size(x, 2), scope.Size(x, 3));
        var blocks = scope.Node("Reshape", [dy, scope.Constant(-1, channels, height, block, width, block)]);
        scope.Accumulate(x, scope.Node("Reshape", [scope.Node("Transpose", [blocks], ("perm", new long[] { 0, 1, 3, 5, 2, 4 })), scope.ShapeOf(x)]));
    }
}
