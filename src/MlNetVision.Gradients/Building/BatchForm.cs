using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Building;

/// <summary>
/// BatchNormalization by the statistics of the batch, in single operators: y = s·(x − μ)/√(σ² + ε) + b with σ² the mean of (x − μ)². (E[x²] − μ² would
/// lose digits, and ONNX Runtime's own kernel in training mode may write over a stored mean that other nodes read.)
/// </summary>
internal sealed class BatchForm(NodeProto node, int rank)
{
    private readonly List<NodeProto> _nodes = [];
    private readonly List<TensorProto> _stored = [];
    private readonly string _prefix = $"{node.Output[0]}.batch";

    /// <summary>The mean of each channel.</summary>
    public string Mean => $"{_prefix}.mean";

    /// <summary>The variance of each channel.</summary>
    public string Variance => $"{_prefix}.variance";

    /// <summary>Puts the nodes into a graph, and gives the node that rules shall see in their place: its inputs are x, s, b, x − μ and 1/√(σ² + ε).</summary>
    public NodeProto AddTo(List<NodeProto> nodes, GraphProto graph)
    {
        var (x, scale, bias) = (node.Input[0], node.Input[1], node.Input[2]);
        var wide = Integers("wide", [-1, .. Enumerable.Repeat(1L, rank - 2)]);
        var axes = Integers("axes", [0, .. Enumerable.Range(2, rank - 2).Select(i => (long)i)]);
        var flat = Integers("flat", [-1]);
        var sum = Node("ReduceSum", "sum", [x, axes]);
        var count = Node("Div", "count", [Node("Size", "all", [x]), Node("Size", "channels", [scale])]);
        var values = Node("Cast", "values", [count], ("to", (long)TensorProto.Types.DataType.Float));
        var mean = Node("Div", "wide_mean", [sum, values]);
        var centred = Node("Sub", "centred", [x, mean]);
        var variance = Node("Div", "wide_variance", [Squares(centred, axes), values]);
        var inverse = Node("Reciprocal", "inverse", [Node("Sqrt", "deviation", [Node("Add", "sum_variance", [variance, Float("epsilon", node.Float("epsilon", 1e-5f))])])]);
        var factor = Node("Mul", "factor", [Node("Reshape", "scale", [scale, wide]), inverse]);
        Node("Reshape", "mean", [mean, flat]);
        Node("Reshape", "variance", [variance, flat]);
        var scaled = Node("Mul", "scaled", [centred, factor]);
        Add("Add", node.Output[0], [scaled, Node("Reshape", "bias", [bias, wide])]);
        nodes.AddRange(_nodes);
        graph.Initializer.AddRange(_stored);
        var seen = new NodeProto { OpType = node.OpType, Name = node.Name };
        seen.Input.Add([x, scale, bias, centred, inverse]);
        seen.Output.Add(node.Output[0]);
        seen.Attribute.Add(OnnxAttributes.Make("training_mode", 1L));
        return seen;
    }

    /// <summary>ReduceSumSquare takes its axes as an input only from operator set 18 on.</summary>
    private string Squares(string centred, string axes) => Node("ReduceSum", "squares", [Node("Mul", "square", [centred, centred]), axes]);

    private string Node(string operation, string name, IEnumerable<string> inputs, params ReadOnlySpan<(string, object)> attributes) =>
        Add(operation, $"{_prefix}.{name}", inputs, attributes);

    private string Add(string operation, string output, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var made = new NodeProto { OpType = operation, Name = output };
        made.Input.Add(inputs);
        made.Output.Add(output);
        foreach (var (key, value) in attributes) made.Attribute.Add(OnnxAttributes.Make(key, value));
        _nodes.Add(made);
        return output;
    }

    private string Integers(string name, long[] values)
    {
        var builder = new OnnxGraphBuilder("stored");
        builder.Integers($"{_prefix}.{name}", values, values.Length);
        return Store(builder);
    }

    private string Float(string name, float value)
    {
        var builder = new OnnxGraphBuilder("stored");
        builder.Floats($"{_prefix}.{name}", [value]);
        return Store(builder);
    }

    private string Store(OnnxGraphBuilder builder)
    {
        _stored.Add(builder.Build().Graph.Initializer[0]);
        return _stored[^1].Name;
    }
}
