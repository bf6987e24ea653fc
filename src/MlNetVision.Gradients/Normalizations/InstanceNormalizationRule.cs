using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Normalizations;

/// <summary>
/// y = s·z + b, z = (x − μ)/σ over each channel of each sample: ds = Σ dy·z, db = Σ dy, dx = s/σ·(dy − mean dy − z·mean(dy·z)).
/// Ulyanov et al., "Instance normalization", arXiv:1607.08022; the gradient is that of batch normalisation, arXiv:1502.03167, section 3.
/// </summary>
internal sealed class InstanceNormalizationRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (x, scale, bias) = (node.Input[0], node.Input[1], node.Input[2]);
        var rank = scope.Known(x).Length;
        var spatial = Enumerable.Range(2, rank - 2).Select(i => (long)i).ToArray();
        long[] channels = [-1, .. spatial.Select(_ => 1L)];
        long[] rest = [0, .. spatial];

        var centred = scope.Node("Sub", [x, scope.Mean(x, spatial)]);
        var variance = scope.Node("Add", [scope.Mean(scope.Node("Mul", [centred, centred]), spatial), scope.Constant(node.Float("epsilon", 1e-5f))]);
        var deviation = scope.Node("Sqrt", [variance]);
        var z = scope.Node("Div", [centred, deviation]);
        var product = scope.Node("Mul", [dy, z]);
        if (scope.NeedsGradient(scale)) scope.Accumulate(scale, Sum(scope, product, rest));
        if (scope.NeedsGradient(bias)) scope.Accumulate(bias, Sum(scope, dy, rest));
        if (!scope.NeedsGradient(x)) return;
        var factor = scope.Node("Div", [scope.Node("Reshape", [scale, scope.Constant(channels)]), deviation]);
        var along = scope.Node("Mul", [z, scope.Mean(product, spatial)]);
        var across = scope.Node("Sub", [scope.Node("Sub", [dy, scope.Mean(dy, spatial)]), along]);
        scope.Accumulate(x, scope.Node("Mul", [factor, across]));
    }

    private static string Sum(GradientScope scope, string tensor, long[] axes) =>
        scope.Node("ReduceSum", [tensor, scope.Constant(axes)], ("keepdims", 0L));
}
