using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Surgery;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Classification;

/// <summary>Appends the pooling to a cut network, so that it gives one vector of floats per image.</summary>
internal static class FeatureTail
{
    /// <summary>The output of a feature network: float, N × D.</summary>
    public const string Output = "features";

    /// <summary>Appends the pooling to the network itself.</summary>
    /// <param name="cut">A network with one output: a feature map, or rows.</param>
    /// <param name="layer">The layer that it was cut at, for messages.</param>
    /// <param name="pooling">How a feature map becomes a vector.</param>
    /// <returns>The number of features, D.</returns>
    /// <exception cref="BadModelException">The output is neither a feature map nor rows, or of another type.</exception>
    public static int Append(OnnxModel cut, string layer, FeaturePooling pooling)
    {
        var output = cut.Outputs[0];
        // The cut network may use the name for another tensor, as Keras's notop networks do.
        var other = cut.Graph.FreeName(Output);
        if (other != Output) cut.Graph.Rename(Output, other);
        var graph = new GraphWriter(cut, $"{Output}/");
        var map = graph[output.Name == Output ? other : output.Name];
        var channelsLast = MapLayout.Of(cut.Graph, map) == PixelLayout.Nhwc;
        var floats = AsFloat(map, cut, output, layer);
        var (row, count) = output.Shape switch
        {
            [_, > 0 and { } features] => (floats, features),
            [_, > 0 and { } a, > 0 and { } b, > 0 and { } c] =>
                channelsLast ? Pool(floats, c, a * b, channelsLast, pooling) : Pool(floats, a, b * c, channelsLast, pooling),
            _ => throw NoMap(cut, layer, output),
        };
        if (count > Array.MaxLength) throw NoMap(cut, layer, output);
        graph.NodeWithOutputs("Identity", graph.FreeName("Identity"), [row], [Output]);
        cut.Graph.Output[0] = OnnxValue.Info(Output, DataType.Float, output.Shape[0] ?? -1, count);
        return (int)count;
    }

    private static (GraphTensor Row, long Count) Pool(GraphTensor map, long channels, long positions, bool channelsLast, FeaturePooling pooling)
    {
        if (pooling == FeaturePooling.GlobalAverage && positions > 1)
        {
            map = (channelsLast ? map.Transpose(0, 3, 1, 2) : map).Do("GlobalAveragePool");
            positions = 1;
        }
        return (map.Do("Flatten", ("axis", 1L)), checked(channels * positions));
    }

    private static GraphTensor AsFloat(GraphTensor map, OnnxModel cut, OnnxValue output, string layer)
    {
        if (output.Type == DataType.Float) return map;
        if (output.Type is DataType.Float16 or DataType.Double or DataType.Bfloat16) return map.Cast(DataType.Float);
        return QuantizedTensor.Find(cut.Graph, map) is var (scale, zero)
            ? map.Do("DequantizeLinear", map.Graph[scale], map.Graph[zero])
            : throw NoMap(cut, layer, output);
    }

    private static BadModelException NoMap(OnnxModel cut, string layer, OnnxValue output) => new(
        $"{cut.Name}: the layer '{layer}' gives {output}, which is not a feature map; expected numbers N×C×H×W, N×H×W×C or N×D of known sizes.");
}
