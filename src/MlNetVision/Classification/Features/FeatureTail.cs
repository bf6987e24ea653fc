using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Classification;

/// <summary>What is appended to a cut network, so that it ends in rows of floats.</summary>
internal static class FeatureTail
{
    /// <summary>The output of a network of features: float, N × D.</summary>
    public const string Output = "features";

    /// <summary>Appends the pooling, in place.</summary>
    /// <param name="cut">A network with one output: a feature map, or rows.</param>
    /// <param name="layer">What errors call the layer that it was cut at.</param>
    /// <param name="pooling">How a map becomes a row.</param>
    /// <returns>The number of features, D.</returns>
    /// <exception cref="BadModelException">The output is neither a feature map nor rows, or of another type.</exception>
    public static int Append(OnnxModel cut, string layer, FeaturePooling pooling)
    {
        var output = cut.Outputs[0];
        var steps = new Steps(cut.Graph, output.Name);
        ToFloat(steps, cut, output, layer);
        var count = output.Shape switch
        {
            [_, > 0 and { } features] => features,
            [_, > 0 and { } a, > 0 and { } b, > 0 and { } c] => Pool(steps, [a, b, c], pooling),
            _ => throw NoMap(cut, layer, output),
        };
        if (count > Array.MaxLength) throw NoMap(cut, layer, output);
        steps.End();
        cut.Graph.Output[0] = OnnxGraphBuilder.ValueInfo(Output, DataType.Float, [output.Shape[0] ?? -1, count]);
        return (int)count;
    }

    private static long Pool(Steps steps, long[] shape, FeaturePooling pooling)
    {
        var channelsLast = MapLayout.Of(steps.Graph, steps.At) == PixelLayout.Nhwc;
        var (channels, positions) = channelsLast ? (shape[2], shape[0] * shape[1]) : (shape[0], shape[1] * shape[2]);
        if (pooling == FeaturePooling.GlobalAverage && positions > 1)
        {
            if (channelsLast) steps.Add("Transpose", ("perm", new long[] { 0, 3, 1, 2 }));
            steps.Add("GlobalAveragePool");
            positions = 1;
        }
        steps.Add("Flatten", ("axis", 1L));
        return checked(channels * positions);
    }

    private static void ToFloat(Steps steps, OnnxModel cut, OnnxValue output, string layer)
    {
        if (output.Type == DataType.Float) return;
        if (output.Type is DataType.Float16 or DataType.Double or DataType.Bfloat16) steps.Add("Cast", ("to", (long)DataType.Float));
        else if (QuantizedTensor.Find(steps.Graph, steps.At) is var (scale, zero)) steps.AddWith("DequantizeLinear", [scale, zero]);
        else throw NoMap(cut, layer, output);
    }

    private static BadModelException NoMap(OnnxModel cut, string layer, OnnxValue output) => new(
        $"{cut.Name}: the layer '{layer}' gives {output}, which is no map of features; expected numbers N×C×H×W, N×H×W×C or N×D of known sizes.");

    /// <summary>Nodes in a row, the last of which makes the output.</summary>
    private sealed class Steps
    {
        private readonly List<NodeProto> _nodes = [];

        public Steps(GraphProto graph, string start)
        {
            // The cut network may call something else so, as Keras's notop networks do.
            var other = graph.FreeName(Output);
            if (other != Output) graph.Rename(Output, other);
            (Graph, At) = (graph, start == Output ? other : start);
        }

        public GraphProto Graph { get; }

        /// <summary>The tensor that the next node takes.</summary>
        public string At { get; private set; }

        public void Add(string operation, params ReadOnlySpan<(string Name, object Value)> attributes)
        {
            var node = AddWith(operation, []);
            foreach (var (name, value) in attributes) node.Attribute.Add(OnnxAttributes.Make(name, value));
        }

        public NodeProto AddWith(string operation, IReadOnlyList<string> more)
        {
            var name = Graph.FreeName($"{Output}/{operation}");
            var node = new NodeProto { OpType = operation, Name = name, Output = { name } };
            node.Input.Add(At);
            node.Input.AddRange(more);
            Graph.Node.Add(node);
            _nodes.Add(node);
            At = name;
            return node;
        }

        public void End()
        {
            if (_nodes.Count == 0) Add("Identity");
            _nodes[^1].Output[0] = Output;
        }
    }
}
