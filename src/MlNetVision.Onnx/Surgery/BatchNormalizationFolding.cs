using System.Runtime.InteropServices;
using Google.Protobuf;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Onnx.Surgery;

/// <summary>
/// Multiplies batch normalisation y = s·(x − μ)/√(σ² + ε) + b into the layer before it, where nothing else takes that layer's output or
/// weights (<see cref="ChannelAffine"/>).
/// </summary>
public sealed class BatchNormalizationFolding
{
    private readonly GraphProto _graph;
    private readonly Dictionary<string, TensorProto> _initializers;
    private readonly Dictionary<string, NodeProto> _producers;
    private readonly Dictionary<string, int> _uses;

    private BatchNormalizationFolding(OnnxModel model)
    {
        _graph = model.Graph;
        _initializers = _graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        _producers = _graph.Node.SelectMany(n => n.Output.Select(o => (o, n))).Where(p => p.o.Length > 0).ToDictionary(p => p.o, p => p.n, StringComparer.Ordinal);
        _uses = _graph.Node.SelectMany(n => n.Input).Concat(_graph.Output.Select(o => o.Name)).CountBy(n => n).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Folds every BatchNormalization of a model that stands behind a Conv or Gemm of its own, in place.</summary>
    /// <param name="model">The network, in inference form. What nothing needs any more goes.</param>
    public static void Fold(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var folding = new BatchNormalizationFolding(model);
        foreach (var node in model.Graph.Node.Where(n => n.OpType == "BatchNormalization").ToArray()) folding.Fold(node);
        GraphCutter.Prune(model.Graph, [.. model.Graph.Output.Select(o => o.Name)]);
    }

    private void Fold(NodeProto node)
    {
        if (!_producers.TryGetValue(node.Input[0], out var layer) || !CanTake(layer, node)) return;
        var scales = Values(node, 1);
        var affine = ChannelAffine.OfVariances(scales, Values(node, 2), Values(node, 3).Select(m => (double)m), Values(node, 4).Select(v => (double)v), node.Float("epsilon", 1e-5f));
        var weights = _initializers[layer.Input[1]];
        var values = TensorData.Floats(weights).ToArray();
        var bias = layer.Input.Count > 2 && layer.Input[2].Length > 0 ? TensorData.Floats(_initializers[layer.Input[2]]).ToArray() : new float[scales.Length];
        affine.FoldInto(values, bias, ChannelsFirst(layer));
        weights.FloatData.Clear();
        weights.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
        var name = $"{layer.Input[1]}.folded_bias";
        _graph.Initializer.Add(new TensorProto
        {
            Name = name, DataType = (int)TensorProto.Types.DataType.Float, Dims = { bias.Length }, RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(bias)),
        });
        while (layer.Input.Count < 3) layer.Input.Add("");
        layer.Input[2] = name;
        layer.Output[0] = node.Output[0];
        _graph.Node.Remove(node);
        _producers[node.Output[0]] = layer;
    }

    private bool CanTake(NodeProto layer, NodeProto node) =>
        (layer.OpType == "Conv" || (layer.OpType == "Gemm" && layer.Float("alpha", 1) == 1 && layer.Float("beta", 1) == 1))
        && _uses[layer.Output[0]] == 1 && IsInitializer(layer.Input[1]) && _uses[layer.Input[1]] == 1
        && (layer.Input.Count < 3 || layer.Input[2].Length == 0 || IsInitializerVector(layer.Input[2], node))
        && node.Input.Skip(1).All(IsInitializer) && node.Integer("training_mode", 0) == 0;

    private bool IsInitializer(string tensor) => _initializers.TryGetValue(tensor, out var t) && t.DataType == (int)TensorProto.Types.DataType.Float;

    private bool IsInitializerVector(string bias, NodeProto node) => IsInitializer(bias) && _initializers[bias].Dims.SequenceEqual(_initializers[node.Input[1]].Dims);

    /// <summary>Gemm without <c>transB</c> has its channels along the last axis.</summary>
    private static bool ChannelsFirst(NodeProto layer) => layer.OpType == "Conv" || layer.Integer("transB", 0) != 0;

    private float[] Values(NodeProto node, int input) => TensorData.Floats(_initializers[node.Input[input]]).ToArray();
}
