using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Normalizations;

/// <summary>
/// y = s·z + b with z = (x − μ)/σ in each channel, σ = √(variance + ε): ds = ΣdY·z, db = ΣdY. With running statistics dX = s/σ·dY; with
/// those of the batch of n values dX = s/σ·(dY − db/n − z·ds/n). Ioffe and Szegedy, "Batch normalization", arXiv:1502.03167, section 3.
/// In training form the inputs behind s and b are x − μ and 1/σ of the batch.
/// </summary>
internal sealed class BatchNormalizationRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (x, scale, bias) = (node.Input[0], node.Input[1], node.Input[2]);
        var rank = scope.Known(x).Length;
        var byBatch = node.Integer("training_mode", 0) != 0;
        long[] axes = [0, .. Enumerable.Range(2, rank - 2).Select(i => (long)i)];
        string Wide(string channels) => scope.Node("Reshape", [channels, scope.Constant([-1, .. Enumerable.Repeat(1L, rank - 2)])]);
        string Sum(string tensor) => scope.Node("ReduceSum", [tensor, scope.Constant(axes)]);
        string Flat(string wide) => scope.Node("Reshape", [wide, scope.Constant([-1])]);

        var inverse = byBatch ? node.Input[4] : Inverse(scope, node, Wide);
        var factor = scope.Node("Mul", [Wide(scale), inverse]);
        var throughX = byBatch && scope.NeedsGradient(x);
        if (!byBatch && scope.NeedsGradient(x)) scope.Accumulate(x, scope.Node("Mul", [dy, factor]));
        var db = throughX || scope.NeedsGradient(bias) ? Sum(dy) : "";
        if (scope.NeedsGradient(bias)) scope.Accumulate(bias, Flat(db));
        if (!throughX && !scope.NeedsGradient(scale)) return;
        var centred = byBatch ? node.Input[3] : scope.Node("Sub", [x, Wide(node.Input[3])]);
        var ds = scope.Node("Mul", [Sum(scope.Node("Mul", [dy, centred])), inverse]);
        if (scope.NeedsGradient(scale)) scope.Accumulate(scale, Flat(ds));
        if (!throughX) return;
        var count = scope.Count(x, axes);
        var own = scope.Node("Sub", [dy, scope.Node("Div", [db, count])]);
        var along = scope.Node("Mul", [centred, scope.Node("Div", [scope.Node("Mul", [ds, inverse]), count])]);
        scope.Accumulate(x, scope.Node("Mul", [scope.Node("Sub", [own, along]), factor]));
    }

    private static string Inverse(GradientScope scope, NodeProto node, Func<string, string> wide) =>
        scope.Node("Reciprocal", [scope.Node("Sqrt", [scope.Node("Add", [wide(node.Input[4]), scope.Constant(node.Float("epsilon", 1e-5f))])])]);
}
