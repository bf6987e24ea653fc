using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Rules;

/// <summary>Products of matrices.</summary>
internal static class MatrixRules
{
    public static IEnumerable<(string Operator, GradientRule Rule)> All => [("Gemm", Gemm), ("MatMul", MatMul)];

    /// <summary>
    /// Y = α·A′·B′ + β·C, where A′ is A or its transpose: dA′ = α·dY·B′ᵀ, dB′ = α·A′ᵀ·dY, and the transposes of both products where A or B are
    /// transposed; dC = β·ΣdY over what C is spread.
    /// </summary>
    private static void Gemm(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (a, b) = (scope[node.Input[0]], scope[node.Input[1]]);
        var (turnA, turnB) = (node.Integer("transA", 0), node.Integer("transB", 0));
        var (alpha, beta) = (node.Float("alpha", 1), node.Float("beta", 1));
        GraphTensor Product(GraphTensor left, long turnLeft, GraphTensor right, long turnRight) =>
            scope.Graph.Node("Gemm", [left, right], ("transA", turnLeft), ("transB", turnRight), ("alpha", alpha));

        if (scope.NeedsGradient(a)) scope.Accumulate(a, turnA == 0 ? Product(dy, 0, b, 1 - turnB) : Product(b, turnB, dy, 1));
        if (scope.NeedsGradient(b)) scope.Accumulate(b, turnB == 0 ? Product(a, 1 - turnA, dy, 0) : Product(dy, 1, a, turnA));
        if (!scope.NeedsGradient(node, 2)) return;
        var sum = scope.Unbroadcast(dy, node.Input[2]);
        scope.Accumulate(node.Input[2], beta == 1 ? sum : sum * beta);
    }

    /// <summary>
    /// Y = A·B over the last two axes, the ones before them broadcast: dA = dY·Bᵀ, dB = Aᵀ·dY, summed over what was broadcast. A vector is a
    /// matrix of one row (A) or one column (B) whose axis is taken out of Y.
    /// </summary>
    private static void MatMul(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (a, b) = (scope[node.Input[0]], scope[node.Input[1]]);
        var (rankA, rankB) = (scope.Known(a).Length, scope.Known(b).Length);
        if (rankB == 1) dy = dy.Unsqueeze(-1);
        if (rankA == 1) dy = dy.Unsqueeze(-2);
        var (x, w) = (rankA == 1 ? a.Unsqueeze(0) : a, rankB == 1 ? b.Unsqueeze(1) : b);
        if (scope.NeedsGradient(a)) Accumulate(scope, a, rankA, x, -2, dy.MatMul(Transposed(scope, w)));
        if (scope.NeedsGradient(b)) Accumulate(scope, b, rankB, w, -1, Weights(scope, x, w, dy));
    }

    /// <summary>Where one matrix multiplies a batch, one product of all rows does the sum over the batch.</summary>
    private static GraphTensor Weights(GradientScope scope, GraphTensor x, GraphTensor w, GraphTensor dy)
    {
        if (scope.Known(w) is [{ } rows, { } columns] && scope.Known(x).Length > 2)
            return scope.Graph.Node("Gemm", [x.Reshape(-1, rows), dy.Reshape(-1, columns)], ("transA", 1L));
        return Transposed(scope, x).MatMul(dy);
    }

    private static void Accumulate(GradientScope scope, GraphTensor tensor, int rank, GraphTensor matrix, long axis, GraphTensor gradient)
    {
        var sum = scope.Unbroadcast(gradient, matrix);
        scope.Accumulate(tensor, rank == 1 ? sum.Squeeze(axis) : sum);
    }

    private static GraphTensor Transposed(GradientScope scope, GraphTensor matrix)
    {
        var rank = scope.Known(matrix).Length;
        return matrix.Transpose([.. Enumerable.Range(0, rank - 2).Select(i => (long)i), rank - 1, rank - 2]);
    }
}
