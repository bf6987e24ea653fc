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
            throw new BadModelException(
                $"{model.Name}: cannot be run tile by tile: {node.Title()} takes '{node.Input[input]}', which is not an initializer of floats.");
        return TensorData.Floats(tensor).ToArray();
    }
}

/// <summary>Mean and variance of each channel of a feature map, collected tile by tile.</summary>
internal sealed class ChannelStatistics
{
    private double[] _sums = [];
    private double[] _squares = [];
    private long _count;

    /// <summary>The mean of each channel.</summary>
    public IEnumerable<double> Means => _sums.Select(s => s / _count);

    /// <summary>The population variance of each channel. In double precision, E[x²] − μ² is accurate enough.</summary>
    public IEnumerable<double> Variances => _squares.Zip(Means, (s, mean) => Math.Max(0, s / _count - mean * mean));

    /// <summary>Adds a tile's own part of a feature map 1 × C × H × W.</summary>
    public void Add(ReadOnlySpan<float> values, TilePart part)
    {
        var (columns, rows) = (part.Columns, part.Rows);
        var channels = values.Length / (part.TileWidth * part.TileHeight);
        if (_sums.Length == 0) (_sums, _squares) = (new double[channels], new double[channels]);
        for (var c = 0; c < channels; c++)
        {
            for (var y = rows.From; y < rows.To; y++)
                Add(values.Slice((c * part.TileHeight + y) * part.TileWidth + columns.From, columns.To - columns.From), c);
        }
        _count += (long)(rows.To - rows.From) * (columns.To - columns.From);
    }

    private void Add(ReadOnlySpan<float> row, int channel)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var v in row)
        {
            sum += v;
            squares += (double)v * v;
        }
        _sums[channel] += sum;
        _squares[channel] += squares;
    }
}
