using MlNetVision.Onnx.Proto;

namespace MlNetVision.Classification;

/// <summary>Finds the scale and zero point of a quantised tensor.</summary>
/// <remarks>Operators: ai.onnx's QuantizeLinear and QLinear…, and ONNX Runtime's of the domain com.microsoft.</remarks>
internal static class QuantizedTensor
{
    /// <summary>The names of the scale and the zero point, or null where they are not found.</summary>
    public static (string Scale, string Zero)? Find(GraphProto graph, string tensor)
    {
        while (graph.Node.FirstOrDefault(n => n.Output.Contains(tensor)) is { } node)
        {
            int? scale = node.OpType switch
            {
                "QuantizeLinear" => 1,
                "QLinearGlobalAveragePool" or "QLinearAveragePool" or "QLinearLeakyRelu" or "QLinearSigmoid" => 3,
                "QLinearConv" or "QLinearMatMul" or "QLinearAdd" or "QLinearMul" => 6,
                "QLinearConcat" => 0,
                "MaxPool" or "Reshape" or "Flatten" or "Transpose" or "Squeeze" or "Unsqueeze" or "Identity" => -1,
                _ => null,
            };
            if (scale is not { } at || at + 1 >= node.Input.Count) return null;
            if (at >= 0) return (node.Input[at], node.Input[at + 1]);
            tensor = node.Input[0];
        }
        return null;
    }
}
