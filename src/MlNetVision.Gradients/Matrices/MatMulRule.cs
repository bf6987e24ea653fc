using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Matrices;

/// <summary>
/// Y = A·B over the last two axes, the ones before them broadcast: dA = dY·Bᵀ, dB = Aᵀ·dY, summed over what was broadcast. A vector is a
/// matrix of one row (A) or one column (B) whose axis is taken out of Y.
/// </summary>
internal sealed class MatMulRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (a, b) = (node.Input[0], node.Input[1]);
        var (rankA, rankB) = (scope.Known(a).Length, scope.Known(b).Length);
        if (rankB == 1) dy = scope.Node("Unsqueeze", [dy, scope.Constant([-1])]);
        if (rankA == 1) dy = scope.Node("Unsqueeze", [dy, scope.Constant([-2])]);
        var (x, w) = (Matrix(scope, a, rankA, 0), Matrix(scope, b, rankB, 1));
        if (scope.NeedsGradient(a)) Accumulate(scope, a, rankA, x, -2, scope.Node("MatMul", [dy, Transpose(scope, w)]));
        if (scope.NeedsGradient(b)) Accumulate(scope, b, rankB, w, -1, Weights(scope, x, w, dy));
    }

    /// <summary>Where one matrix multiplies a batch, one product of all rows does the sum over the batch.</summary>
    private static string Weights(GradientScope scope, string x, string w, string dy)
    {
        var (rows, columns) = (scope.Known(w)[^2], scope.Known(w)[^1]);
        if (scope.Known(w).Length > 2 || scope.Known(x).Length == 2 || rows is null || columns is null)
            return scope.Node("MatMul", [Transpose(scope, x), dy]);
        var (flatX, flatDy) = (scope.Node("Reshape", [x, scope.Constant([-1, rows.Value])]), scope.Node("Reshape", [dy, scope.Constant([-1, columns.Value])]));
        return scope.Node("Gemm", [flatX, flatDy], ("transA", 1L));
    }

    private static void Accumulate(GradientScope scope, string tensor, int rank, string matrix, long axis, string gradient)
    {
        var sum = scope.Unbroadcast(gradient, matrix);
        scope.Accumulate(tensor, rank == 1 ? scope.Node("Squeeze", [sum, scope.Constant([axis])]) : sum);
    }

    private static string Matrix(GradientScope scope, string tensor, int rank, long axis) =>
        rank == 1 ? scope.Node("Unsqueeze", [tensor, scope.Constant([axis])]) : tensor;

    private static string Transpose(GradientScope scope, string tensor)
    {
        var rank = scope.Known(tensor).Length;
        long[] order = [.. Enumerable.Range(0, rank - 2).Select(i => (long)i), rank - 1, rank - 2];
        return scope.Node("Transpose", [tensor], ("perm", order));
    }
}
