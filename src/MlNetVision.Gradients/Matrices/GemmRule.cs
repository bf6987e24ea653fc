using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Matrices;

/// <summary>
/// Y = α·A′·B′ + β·C, where A′ is A or its transpose: dA′ = α·dY·B′ᵀ, dB′ = α·A′ᵀ·dY, and the transposes of both products where A or B are
/// transposed; dC = β·ΣdY over what C is spread.
/// </summary>
internal sealed class GemmRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (a, b) = (node.Input[0], node.Input[1]);
        var (turnA, turnB) = (node.Integer("transA", 0), node.Integer("transB", 0));
        var alpha = node.Float("alpha", 1);
        if (scope.NeedsGradient(a))
            scope.Accumulate(a, turnA == 0 ? Product(scope, dy, 0, b, 1 - turnB, alpha) : Product(scope, b, turnB, dy, 1, alpha));
        if (scope.NeedsGradient(b))
            scope.Accumulate(b, turnB == 0 ? Product(scope, a, 1 - turnA, dy, 0, alpha) : Product(scope, dy, 1, a, turnA, alpha));
        if (scope.NeedsGradient(node, 2)) Bias(scope, node.Input[2], dy, node.Float("beta", 1));
    }

    private static string Product(GradientScope scope, string a, long turnA, string b, long turnB, float alpha) =>
        scope.Node("Gemm", [a, b], ("transA", turnA), ("transB", turnB), ("alpha", alpha));

    private static void Bias(GradientScope scope, string bias, string dy, float beta)
    {
        var sum = scope.Unbroadcast(dy, bias);
        scope.Accumulate(bias, beta == 1 ? sum : scope.Node("Mul", [sum, scope.Constant(beta)]));
    }
}
