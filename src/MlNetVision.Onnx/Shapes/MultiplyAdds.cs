using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Shapes;

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
