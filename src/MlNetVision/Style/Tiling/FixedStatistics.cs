using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Style;

/// <summary>
/// Fixes the statistics of instance normalisations, so that each pixel of the output depends on its surroundings only:
/// y = (x − μ) / √(σ² + ε) · scale + B becomes a product and a sum per channel.
/// </summary>
internal static class FixedStatistics
{
    private const float DefaultEpsilon = 1e-5f;

    /// <summary>The instance normalisations, in the order of execution.</summary>
    public static IReadOnlyList<NodeProto> Of(OnnxModel model) => [.. model.Graph.Node.Where(Is)];

    /// <summary>Whether a node computes statistics of the whole image.</summary>
    public static bool Is(NodeProto node) => node.OpType == "InstanceNormalization";

    /// <summary>Replaces a normalisation in the model by one with fixed statistics.</summary>
    public static void ReplaceInPlace(OnnxModel model, NodeProto node, ChannelStatistics statistics)
    {
        var epsilon = node.Float("epsilon", DefaultEpsilon);
        var affine = ChannelAffine.OfVariances(Floats(model, node, 1), Floats(model, node, 2), statistics.Means, statistics.Variances, epsilon);
        float[] factors = [.. affine.Factors.Select(f => (float)f)], offsets = [.. affine.Offsets.Select(o => (float)o)];
        var output = node.Output[0];
        var at = model.Graph.Node.IndexOf(node);
        model.Graph.Node.RemoveAt(at);
        var graph = new GraphWriter(model, $"{output}/fixed/", at);
        var product = graph[node.Input[0]] * graph.Floats(factors, 1, factors.Length, 1, 1);
        graph.NodeWithOutputs("Add", graph.FreeName("Sum"), [product, graph.Floats(offsets, 1, offsets.Length, 1, 1)], [output]);
    }

    private static float[] Floats(OnnxModel model, NodeProto node, int input)
    {
        var tensor = model.Graph.Initializer.FirstOrDefault(t => t.Name == node.Input[input])
            ?? model.Graph.Node.FirstOrDefault(n => n.OpType == "Constant" && n.Output[0] == node.Input[input])?.Find("value")?.T;
        if (tensor is not { DataType: (int)TensorProto.Types.DataType.Float })
            throw new BadModelException($"{model.Name}: cannot be run tile by tile: {node.Title()} takes '{node.Input[input]}', which is not an initializer of floats.");
        return TensorData.Floats(tensor).ToArray();
    }
}
