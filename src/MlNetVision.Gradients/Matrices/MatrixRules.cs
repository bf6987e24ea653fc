namespace MlNetVision.Gradients.Matrices;

/// <summary>Products of matrices.</summary>
internal static class MatrixRules
{
    public static IEnumerable<(string Operator, IGradientRule Rule)> All =>
    [
        ("Gemm", new GemmRule()),
        ("MatMul", new MatMulRule()),
    ];
}
