using System.Runtime.InteropServices;
using Google.Protobuf;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Exporting;

/// <summary>
/// Multiplies batch normalisation y = s·(x − μ)/√(σ² + ε) + b into the layer before it, where nothing else takes that layer's output or
/// weights: with f = s/√(σ² + ε) the weights of each channel become f·W, the bias f·(bias − μ) + b.
/// </summary>
internal sealed class BatchNormalizationFolding
{
    private readonly GraphProto _graph;
    private readonly Dictionary<string, TensorProto> _stored;
    private readonly Dictionary<string, NodeProto> _makers;
    private readonly Dictionary<string, int> _uses;

    private BatchNormalizationFolding(OnnxModel model)
    {
        _graph = model.Graph;
        _stored = _graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        _makers = _graph.Node.SelectMany(n => n.Output.Select(o => (o, n))).Where(p => p.o.Length > 0).ToDictionary(p => p.o, p => p.n, StringComparer.Ordinal);
        _uses = _graph.Node.SelectMany(n => n.Input).Concat(_graph.Output.Select(o => o.Name)).CountBy(n => n).ToDictionary(StringComparer.Ordinal);
    }

    public static void Fold(OnnxModel model)
    {
        var folding = new BatchNormalizationFolding(model);
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "BatchNormalization").ToArray()) folding.Fold(node);
        GraphCutter.Prune(model.Graph, [.. model.Graph.Output.Select(o => o.Name)]);
    }

    private void Fold(NodeProto node)
    {
        if (!_makers.TryGetValue(node.Input[0], out var layer) || !CanTake(layer, node)) return;
        var (factor, shift) = Affine(node);
        var weights = _stored[layer.Input[1]];
        var values = Scaled(weights, factor, ChannelsFirst(layer));
        weights.FloatData.Clear();
        weights.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
        var bias = layer.Input.Count > 2 && layer.Input[2].Length > 0 ? TensorData.Floats(_stored[layer.Input[2]]).ToArray() : new float[factor.Length];
        var name = $"{layer.Input[1]}.folded_bias";
        var folded = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        folded.Dims.Add(factor.Length);
        folded.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(bias.Select((b, i) => (factor[i] * b) + shift[i]).ToArray()));
        _graph.Initializer.Add(folded);
        while (layer.Input.Count < 3) layer.Input.Add("");
        layer.Input[2] = name;
        layer.Output[0] = node.Output[0];
        _graph.Node.Remove(node);
        _makers[node.Output[0]] = layer;
    }

    private bool CanTake(NodeProto layer, NodeProto node) =>
        (layer.OpType == "Conv" || (layer.OpType == "Gemm" && layer.Float("alpha", 1) == 1 && layer.Float("beta", 1) == 1))
        && _uses[layer.Output[0]] == 1 && IsStored(layer.Input[1]) && _uses[layer.Input[1]] == 1
        && (layer.Input.Count < 3 || layer.Input[2].Length == 0 || IsStoredVector(layer.Input[2], node))
        && node.Input.Skip(1).All(IsStored) && node.Integer("training_mode", 0) == 0;

    private bool IsStored(string tensor) => _stored.TryGetValue(tensor, out var t) && t.DataType == (int)TensorProto.Types.DataType.Float;

    private bool IsStoredVector(string bias, NodeProto node) => IsStored(bias) && _stored[bias].Dims.SequenceEqual(_stored[node.Input[1]].Dims);

    /// <summary>Gemm without <c>transB</c> has its channels along the last axis.</summary>
    private static bool ChannelsFirst(NodeProto layer) => layer.OpType == "Conv" || layer.Integer("transB", 0) != 0;

    private (float[] Factor, float[] Shift) Affine(NodeProto node)
    {
        var (scale, bias, mean, variance) = (Values(node, 1), Values(node, 2), Values(node, 3), Values(node, 4));
        var epsilon = node.Float("epsilon", 1e-5f);
        float[] factor = [.. scale.Select((s, i) => s / MathF.Sqrt(variance[i] + epsilon))];
        return (factor, [.. bias.Select((b, i) => b - (factor[i] * mean[i]))]);
    }

    private float[] Values(NodeProto node, int input) => TensorData.Floats(_stored[node.Input[input]]).ToArray();

    private static float[] Scaled(TensorProto weights, float[] factor, bool channelsFirst)
    {
        var values = TensorData.Floats(weights).ToArray();
        var inner = values.Length / factor.Length;
        for (var i = 0; i < values.Length; i++) values[i] *= channelsFirst ? factor[i / inner] : factor[i % factor.Length];
        return values;
    }
}
