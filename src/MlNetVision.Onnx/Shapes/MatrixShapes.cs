using MlNetVision.Onnx.Proto;
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

/// <summary>
/// Multiplications followed by an addition that convolutions and matrix products need. As is usual, taps that fall on padding count,
/// and biases, activations and poolings do not.
/// </summary>
internal static class MultiplyAdds
{
    /// <summary>The number for a node: 0 for an operator that is not counted, null where shapes are not known.</summary>
    public static long? Of(NodeProto node, ShapeInference shapes)
    {
        TensorFact Input(int i) => i < node.Input.Count ? shapes[node.Input[i]] : TensorFact.Unknown;
        var output = node.Output.Count > 0 ? shapes[node.Output[0]] : TensorFact.Unknown;
        return node.OpType switch
        {
            // Weights are M × C/groups × kernel: each output element takes C/groups·kernel products.
            "Conv" or "ConvInteger" => Product(output.Count, Taps(Input(1))),
            "QLinearConv" => Product(output.Count, Taps(Input(3))),
            // Weights are C × M/groups × kernel: each input element is spread over M/groups·kernel outputs.
            "ConvTranspose" => Product(Input(0).Count, Taps(Input(1))),
            "Gemm" => Product(output.Count, Input(0).Shape is [var rows, var columns] ? node.Integer("transA", 0) != 0 ? rows : columns : null),
            "MatMul" or "MatMulInteger" or "QLinearMatMul" => Product(output.Count, Input(0).Shape is [.., var inner] ? inner : null),
            _ => 0,
        };
    }

    private static long? Taps(TensorFact weights) => weights.Shape is [_, .. var rest] ? new TensorFact(weights.Type, rest).Count : null;

    private static long? Product(long? a, long? b) => a is { } x && b is { } y ? ElementType.Count([x, y]) : null;
}

/// <summary>To 8-bit numbers and back.</summary>
internal static class QuantizationShapes
{
    public static IEnumerable<(string Operator, ShapeRule Rule)> Rules =>
    [
        ("QuantizeLinear", n => n.Set(0, Quantized(n), n[0].Shape)),
        ("DequantizeLinear", n => n.Set(0, n[1].Type, n[0].Shape)),
        ("DynamicQuantizeLinear", Dynamic),
    ];

    private static DataType Quantized(NodeScope n) =>
        n.Has(2) ? n[2].Type : n.Node.Integer("output_dtype", 0) is not 0 and var type ? (DataType)type : DataType.Uint8;

    private static void Dynamic(NodeScope n)
    {
        n.Set(0, DataType.Uint8, n[0].Shape);
        n.Set(1, DataType.Float, []);
        n.Set(2, DataType.Uint8, []);
    }
}
