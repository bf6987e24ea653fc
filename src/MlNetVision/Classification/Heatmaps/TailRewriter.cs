using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Classification;

/// <summary>
/// Replaces the layers behind a classifier's last map by ones that do the same at every position. On the way, what was a row of
/// numbers is a map N × C × H × W; as long as a flattened map has not gone through a fully connected layer, the numbers of a row are
/// the h × w positions around each.
/// </summary>
internal sealed partial class TailRewriter
{
    private static readonly HashSet<string> Pointwise =
    [
        "Relu", "LeakyRelu", "Sigmoid", "Tanh", "Clip", "HardSigmoid", "HardSwish", "Elu", "Selu", "Gelu", "Softplus", "Softsign", "Mish",
        "Exp", "Log", "Sqrt", "Abs", "Neg", "Erf", "Cast", "QuantizeLinear", "DequantizeLinear",
    ];

    private readonly OnnxModel _model;
    private readonly GraphProto _graph;
    private readonly GraphWriter _writer;
    private readonly ClassifierTail _tail;
    private readonly SlidingPooling _pooling;
    private string _at;
    private int _rows;
    private int _columns;

    /// <param name="model">The model, which is changed.</param>
    /// <param name="tail">Its layers behind the last map.</param>
    /// <param name="pooling">What becomes of a global pooling.</param>
    public TailRewriter(OnnxModel model, ClassifierTail tail, SlidingPooling pooling)
    {
        (_model, _graph, _tail, _pooling) = (model, model.Graph, tail, pooling);
        _writer = new GraphWriter(model, "sliding/");
        (_at, Channels, _rows, _columns) = (tail.Map, tail.Channels, tail.Rows, tail.Columns);
    }

    /// <summary>The channels of the map so far.</summary>
    public int Channels { get; private set; }

    /// <summary>Does the work, in place, and gives the name of the map of scores, which is that of the output.</summary>
    /// <param name="softmax">Whether a softmax is applied; false leaves it and what follows it out.</param>
    /// <exception cref="BadModelException">A layer cannot be applied at each position.</exception>
    public string Rewrite(bool softmax)
    {
        var output = _model.Outputs[0].Name;
        foreach (var (node, _) in _tail.Layers) _graph.Node.Remove(node);
        if (_tail.Layout == PixelLayout.Nhwc) Add("Transpose", ("perm", new long[] { 0, 3, 1, 2 }));
        foreach (var (node, data) in _tail.Layers)
        {
            if (!softmax && node.OpType is ("Softmax" or "LogSoftmax")) break;
            Replace(node, data);
            CheckRow(node);
        }
        if (_rows * _columns > 1) throw new BadModelException($"{_model.Name}: its output '{output}' is a map or a row of its positions; expected one row of class scores.");
        // The old name may still stand in computations of shapes that nobody needs any more.
        GraphCutter.Prune(_graph, _at);
        Add("Identity");
        _graph.Node[^1].Output[0] = output;
        return output;
    }

    private void Replace(NodeProto node, string data)
    {
        switch (node.OpType)
        {
            case "GlobalAveragePool" or "ReduceMean" or "AveragePool" or "GlobalMaxPool" or "ReduceMax" when _rows * _columns > 1:
                Pool(node, data);
                break;
            // All of a row stays where it is; a map, where it is put into rows.
            case "Flatten" or "Reshape" or "Squeeze" or "Unsqueeze" or "Identity" or "Dropout" or "Transpose":
            case "ReduceMean" or "ReduceMax" or "GlobalAveragePool" or "GlobalMaxPool":
                break;
            case "Gemm" or "MatMul":
                Connect(node, data);
                break;
            case "MaxPool" or "AveragePool" or "Conv":
                Keep(node, data);
                Measure(node);
                break;
            case "BatchNormalization" when _rows * _columns == 1:
            case var operation when Pointwise.Contains(operation):
                Keep(node, data);
                break;
            case "Add" or "Sub" or "Mul" or "Div" or "Pow" or "Max" or "Min" or "PRelu":
                Combine(node, data);
                break;
            case "Softmax" or "LogSoftmax":
                Normalize(node);
                break;
            default:
                throw Cannot(node, "there is no such layer for maps");
        }
    }

    /// <summary>The mean over all positions, as one over each window or none.</summary>
    private void Pool(NodeProto node, string data)
    {
        if (node.OpType is "AveragePool" && !(node.Integers("kernel_shape") is [var h, var w] && h == _rows && w == _columns && node.Integers("pads").All(p => p == 0)))
        {
            Keep(node, data);
            Measure(node);
            return;
        }
        // A maximum is not the sum of what its positions give, so it keeps its window.
        var maximum = node.OpType is "GlobalMaxPool" or "ReduceMax";
        if (maximum || _pooling == SlidingPooling.Window)
            Add(maximum ? "MaxPool" : "AveragePool", ("kernel_shape", new long[] { _rows, _columns }), ("strides", new long[] { 1, 1 }));
        (_rows, _columns) = (1, 1);
    }

    /// <summary>The layer as it is, on the map.</summary>
    private void Keep(NodeProto node, string data)
    {
        var kept = node.Clone();
        kept.Input[kept.Input.IndexOf(data)] = _at;
        Add(kept);
    }

    /// <summary>A layer with a window of its own, such as the last MaxPool of a small network, ends in another number of positions.</summary>
    private void Measure(NodeProto node)
    {
        if (_tail.Shapes[node.Output[0]].Shape is not [_, { } channels, { } rows, { } columns]) throw Cannot(node, "its shape cannot be worked out");
        (Channels, _rows, _columns) = ((int)channels, (int)rows, (int)columns);
    }

    /// <summary>With a number for all channels or one for each.</summary>
    private void Combine(NodeProto node, string data)
    {
        var combined = node.Clone();
        for (var i = 0; i < node.Input.Count; i++)
        {
            if (node.Input[i] == data) combined.Input[i] = _at;
            else if (_tail.Shapes[node.Input[i]].Count is not 1) combined.Input[i] = PerChannel(node, node.Input[i]);
        }
        Add(combined);
    }

    private string PerChannel(NodeProto node, string values)
    {
        if (_rows * _columns > 1 || _tail.Shapes[values].Count != Channels) throw Cannot(node, $"'{values}' is neither one number nor one for each of {Channels} channels");
        return _writer[values].Reshape(Channels, 1, 1);
    }

    /// <summary>Over the classes at each position. Before operator set 13 it took all axes from the given one on together.</summary>
    private void Normalize(NodeProto node)
    {
        if (_rows * _columns > 1 || !IsOverClasses(node)) throw Cannot(node, "it does not go over the classes");
        if (_writer.OperatorSet >= 13)
        {
            Add(node.OpType, ("axis", 1L));
            return;
        }
        Add("Transpose", ("perm", new long[] { 0, 2, 3, 1 }));
        Add(node.OpType, ("axis", 3L));
        Add("Transpose", ("perm", new long[] { 0, 3, 1, 2 }));
    }

    private bool IsOverClasses(NodeProto node)
    {
        if (_tail.Shapes[node.Input[0]].Shape is not { } shape || shape.Contains(null)) return false;
        var axis = node.Integer("axis", _writer.OperatorSet >= 13 ? -1 : 1);
        if (axis < 0) axis += shape.Length;
        return axis >= 1 && (_writer.OperatorSet >= 13 ? shape[axis] == Channels : shape.Skip((int)axis).Aggregate(1L, (n, d) => n * d!.Value) == Channels);
    }

    /// <summary>What the layer gave must still be one row an image, or else the map stands for something else by now.</summary>
    private void CheckRow(NodeProto node)
    {
        if (_tail.Shapes[node.Output[0]].Shape is not [_, .. var row] || row.Contains(null)) return;
        if (row.Aggregate(1L, (n, d) => n * d!.Value) != (long)Channels * _rows * _columns || (_rows * _columns == 1 && row.Count(d => d > 1) > 1))
            throw Cannot(node, $"it gives {OnnxValue.ShapeText(_tail.Shapes[node.Output[0]].Shape!)} instead of a row of {Channels * _rows * _columns}");
    }

    private void Add(string operation, params ReadOnlySpan<(string Name, object Value)> attributes) => _at = _writer[_at].Do(operation, attributes);

    private void Add(NodeProto node)
    {
        node.Name = SlidingName(node);
        node.Output.Clear();
        node.Output.Add(node.Name);
        _writer.Add(node);
        _at = node.Name;
    }

    private string SlidingName(NodeProto node) => _graph.FreeName($"{node.LayerName()}/sliding");

    private BadModelException Cannot(NodeProto node, string why) =>
        new($"{_model.Name}: {node.Title()} cannot be applied at each position of a larger image: {why}.");
}
