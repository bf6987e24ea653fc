using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Classification;

/// <summary>Finds the default layer to cut a network at.</summary>
internal static class LastPooling
{
    /// <summary>The tensor to cut at.</summary>
    /// <exception cref="BadModelException">The network has no pooling.</exception>
    public static string Find(OnnxModel model)
    {
        var shapes = new ShapeInference(model, model.Inputs);
        var nodes = model.Graph.Node.ToList();
        var pooling = nodes.FindLastIndex(n => IsPooling(n, shapes));
        if (pooling < 0)
            throw new BadModelException(
                $"{model.Name}: the network has no pooling layer to cut at; name a layer to cut at, such as '{nodes[^1].LayerName()}'.");
        return ClassConvolution(nodes, pooling) is { } convolution ? convolution.Input[0] : nodes[pooling].Output[0];
    }

    /// <summary>
    /// SqueezeNet scores the classes by a convolution at every position and pools the scores: no layer with weights
    /// is between its last pooling and its softmax, so its features are the input of that convolution.
    /// </summary>
    private static NodeProto? ClassConvolution(List<NodeProto> nodes, int pooling)
    {
        var after = nodes.Skip(pooling + 1).ToList();
        return after.Any(n => n.OpType is "Softmax" or "LogSoftmax") && !after.Any(HasWeights)
            ? nodes.Take(pooling).LastOrDefault(n => n.OpType is "Conv" or "QLinearConv")
            : null;
    }

    private static bool HasWeights(NodeProto node) =>
        node.OpType is "Conv" or "Gemm" or "MatMul" or "QLinearConv" or "QLinearMatMul" or "QGemm" or "MatMulInteger" or "ConvInteger";

    private static bool IsPooling(NodeProto node, ShapeInference shapes) => node.OpType switch
    {
        "MaxPool" or "AveragePool" or "GlobalAveragePool" or "GlobalMaxPool" or "QLinearAveragePool" or "QLinearGlobalAveragePool" => true,
        // PyTorch exports x.mean((2, 3)) as ReduceMean.
        "ReduceMean" or "ReduceMax" => shapes[node.Input[0]].Shape is [_, { } a, { } b, { } c] && Axes(node, shapes) is [var first, var second]
            && (first, second) switch { (2, 3) => b * c > 1, (1, 2) => a * b > 1, _ => false },
        _ => false,
    };

    private static long[]? Axes(NodeProto node, ShapeInference shapes)
    {
        var axes = node.Find("axes")?.Ints.ToArray() ?? (node.Input.Count > 1 ? shapes[node.Input[1]].Integers : null);
        return axes is null ? null : [.. axes.Select(a => a < 0 ? a + 4 : a).Order()];
    }
}
