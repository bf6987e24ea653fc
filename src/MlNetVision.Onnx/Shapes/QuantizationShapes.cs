using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Shapes;

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
