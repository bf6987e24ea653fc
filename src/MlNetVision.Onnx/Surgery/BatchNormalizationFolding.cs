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
        _producers = _graph.Node.SelectMany(n => n.Output.Select(o => (o, n))).Where(p => p.o.Length > 0)
            .ToDictionary(p => p.o, p => p.n, StringComparer.Ordinal);
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
        var affine = ChannelAffine.OfVariances(scales, Values(node, 2), Values(node, 3).Select(m => (double)m),
            Values(node, 4).Select(v => (double)v), node.Float("epsilon", 1e-5f));
        var weights = _initializers[layer.Input[1]];
        var values = TensorData.Floats(weights).ToArray();
        var bias = layer.Input.Count > 2
            && layer.Input[2].Length > 0 ? TensorData.Floats(_initializers[layer.Input[2]]).ToArray() : new float[scales.Length];
        affine.FoldInto(values, bias, ChannelsFirst(layer));
        TensorData.Write(weights, values);
        var name = $"{layer.Input[1]}.folded_bias";
        _graph.Initializer.Add(new TensorProto
        {
            Name = name, DataType = (int)TensorProto.Types.DataType.Float, Dims = { bias.Length },
                RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(bias)),
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

    private bool IsInitializerVector(string bias, NodeProto node) =>
        IsInitializer(bias) && _initializers[bias].Dims.SequenceEqual(_initializers[node.Input[1]].Dims);

    /// <summary>Gemm without <c>transB</c> has its channels along the last axis.</summary>
    private static bool ChannelsFirst(NodeProto layer) => layer.OpType == "Conv" || layer.Integer("transB", 0) != 0;

    private float[] Values(NodeProto node, int input) => TensorData.Floats(_initializers[node.Input[input]]).ToArray();
}

/// <summary>
/// Normalisation by fixed statistics as a product and a sum for each channel: y = s·(x − μ)/σ + b is f·x + (b − f·μ) with f = s/σ. Computed in
/// double precision. Ioffe and Szegedy, "Batch normalization", arXiv:1502.03167, section 3.1.
/// </summary>
/// <param name="Factors">f, one for each channel.</param>
/// <param name="Offsets">b − f·μ, one for each channel.</param>
public sealed record ChannelAffine(IReadOnlyList<double> Factors, IReadOnlyList<double> Offsets)
{
    /// <summary>From a scale s, a shift b, a mean μ and a deviation σ above 0 for each channel.</summary>
    /// <exception cref="ArgumentException">They are not equally many.</exception>
    public static ChannelAffine OfDeviations(IReadOnlyList<float> scales, IReadOnlyList<float> shifts, IEnumerable<double> means,
        IEnumerable<double> deviations)
    {
        ArgumentNullException.ThrowIfNull(scales);
        ArgumentNullException.ThrowIfNull(shifts);
        double[] factors = [.. scales.Zip(deviations, (s, d) => s / d)];
        double[] offsets = [.. shifts.Zip(means.Zip(factors), (b, m) => b - (m.First * m.Second))];
        if (factors.Length != scales.Count || offsets.Length != scales.Count || shifts.Count != scales.Count)
            throw new ArgumentException(
                $"There are {scales.Count} scales, {shifts.Count} shifts, {offsets.Length} means and {factors.Length} deviations; expected "
                + "one of each for a channel.");
        return new ChannelAffine(factors, offsets);
    }

    /// <summary>The same with variances: σ = √(variance + ε).</summary>
    /// <inheritdoc cref="OfDeviations"/>
    public static ChannelAffine OfVariances(IReadOnlyList<float> scales, IReadOnlyList<float> shifts, IEnumerable<double> means,
        IEnumerable<double> variances, double epsilon) =>
        OfDeviations(scales, shifts, means, variances.Select(v => Math.Sqrt(v + epsilon)));

    /// <summary>Multiplies it into the linear layer before it: f·(W·x + c) + (b − f·μ).</summary>
    /// <param name="weights">W, changed in place: the channels that the layer gives are its first axis, or its last.</param>
    /// <param name="bias">c, one for each channel, changed in place; zeros where the layer has none.</param>
    /// <param name="channelsFirst">Whether the channels are the first axis of the weights.</param>
    /// <exception cref="ArgumentException">The lengths do not go with the number of channels.</exception>
    public void FoldInto(Span<float> weights, Span<float> bias, bool channelsFirst = true)
    {
        var channels = Factors.Count;
        if (bias.Length != channels || weights.Length % channels != 0)
            throw new ArgumentException(
                $"A layer of {weights.Length} weights and {bias.Length} biases cannot take the normalisation of {channels} channels.");
        double[] factors = [.. Factors];
        for (int at = 0, row = 0; at < weights.Length; row++)
        {
            // Rows of one channel each, or rows in which each weight is of another channel.
            var length = channelsFirst ? weights.Length / channels : channels;
            for (var i = 0; i < length; i++, at++) weights[at] = (float)(weights[at] * factors[channelsFirst ? row : i]);
        }
        for (var c = 0; c < channels; c++) bias[c] = (float)((bias[c] * Factors[c]) + Offsets[c]);
    }
}
