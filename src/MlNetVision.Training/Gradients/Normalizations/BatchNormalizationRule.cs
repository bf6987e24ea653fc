using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Training.Gradients.Normalizations;

/// <summary>
/// y = s·z + b with z = (x − μ)/σ in each channel, σ = √(variance + ε): ds = ΣdY·z, db = ΣdY. With running statistics dX = s/σ·dY; with
/// those of the batch of n values dX = s/σ·(dY − db/n − z·ds/n). Ioffe and Szegedy, "Batch normalization", arXiv:1502.03167, section 3.
/// </summary>
internal sealed class BatchNormalizationRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var byBatch = node.Integer("training_mode", 0) != 0;
        if (byBatch && node.Float("momentum", 0.9f) != 0) throw scope.Unsupported(node, "in training form with a momentum");
        var (x, scale, bias) = (node.Input[0], node.Input[1], node.Input[2]);
        var (mean, variance) = byBatch ? (node.Output[1], node.Output[2]) : (node.Input[3], node.Input[4]);
        var rank = scope.Known(x).Length;
        long[] axes = [0, .. Enumerable.Range(2, rank - 2).Select(i => (long)i)];
        string Wide(string channels) => scope.Node("Reshape", [channels, scope.Constant([-1, .. Enumerable.Repeat(1L, rank - 2)])]);
        string Sum(string tensor) => scope.Node("ReduceSum", [tensor, scope.Constant(axes)], ("keepdims", 0L));

        var inverse = scope.Node("Reciprocal", [scope.Node("Sqrt", [scope.Node("Add", [variance, scope.Constant(node.Float("epsilon", 1e-5f))])])]);
        var factor = scope.Node("Mul", [scale, inverse]);
        var throughX = byBatch && scope.NeedsGradient(x);
        if (!throughX && scope.NeedsGradient(x)) scope.Accumulate(x, scope.Node("Mul", [dy, Wide(factor)]));
        var sum = throughX || scope.NeedsGradient(bias) ? Sum(dy) : "";
        scope.Accumulate(bias, sum);
        if (!throughX && !scope.NeedsGradient(scale)) return;
        var centred = scope.Node("Sub", [x, Wide(mean)]);
        var ds = scope.Node("Mul", [Sum(scope.Node("Mul", [dy, centred])), inverse]);
        scope.Accumulate(scale, ds);
        if (!throughX) return;
        var count = scope.Count(x, axes);
        var along = scope.Node("Div", [scope.Node("Mul", [scope.Node("Mul", [factor, inverse]), ds]), count]);
        var across = scope.Node("Div", [scope.Node("Mul", [factor, sum]), count]);
        var own = scope.Node("Sub", [scope.Node("Mul", [dy, Wide(factor)]), Wide(across)]);
        scope.Accumulate(x, scope.Node("Sub", [own, scope.Node("Mul", [centred, Wide(along)])]));
    }
}
