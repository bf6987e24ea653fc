using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Shapes;

/// <summary>Products of matrices.</summary>
internal static class MatrixShapes
{
    public static IEnumerable<(string Operator, ShapeRule Rule)> Rules =>
    [
        ("Gemm", Gemm),
        ("MatMul", n => n.Set(Product(n[0].Shape, n[1].Shape))),
        ("MatMulInteger", n => n.Set(0, DataType.Int32, Product(n[0].Shape, n[1].Shape))),
        ("QLinearMatMul", n => n.Set(0, n[7].Type, Product(n[0].Shape, n[3].Shape))),
    ];

    private static void Gemm(NodeScope n) => n.Set(
    [
        n[0].Shape?[n.Node.Integer("transA", 0) != 0 ? 1 : 0],
        n[1].Shape?[n.Node.Integer("transB", 0) != 0 ? 0 : 1],
    ]);

    /// <summary>As <c>numpy.matmul</c>: leading dimensions are broadcast; a vector counts as a row on the left, as a column on the right.</summary>
    private static long?[]? Product(long?[]? a, long?[]? b)
    {
        if (a is null or [] || b is null or []) return null;
        var lead = ElementwiseShapes.Broadcast(a[..Math.Max(0, a.Length - 2)], b[..Math.Max(0, b.Length - 2)])!;
        long?[] rows = a.Length > 1 ? [a[^2]] : [];
        long?[] columns = b.Length > 1 ? [b[^1]] : [];
        return [.. lead, .. rows, .. columns];
    }
}
