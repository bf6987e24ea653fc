using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Classification;

/// <summary>
/// Replaces the layers behind a classifier's last feature map by layers that do the same at every position. Vectors become maps
/// N × C × H × W. Until the first fully connected layer, a flattened vector is the h × w window around each position.
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
    /// <param name="pooling">How a global pooling is replaced.</param>
    public TailRewriter(OnnxModel model, ClassifierTail tail, SlidingPooling pooling)
    {
        (_model, _graph, _tail, _pooling) = (model, model.Graph, tail, pooling);
        _writer = new GraphWriter(model, "sliding/");
        (_at, Channels, _rows, _columns) = (tail.Map, tail.Channels, tail.Rows, tail.Columns);
    }

    /// <summary>The channels of the map so far.</summary>
    public int Channels { get; private set; }

    /// <summary>Rewrites the model and returns the name of the score map, which is that of the output.</summary>
    /// <param name="softmax">Whether a softmax is applied; false removes it and all behind it.</param>
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
        if (_rows * _columns > 1)
            throw new BadModelException($"{_model.Name}: its output '{output}' still has positions; expected one vector of class scores.");
        // Dead shape computations may still use the old name.
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
            // A vector keeps its values; a map is flattened.
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
                throw Cannot(node, "it has no equivalent on maps");
        }
    }

    /// <summary>The mean over all positions: over each window, or removed.</summary>
    private void Pool(NodeProto node, string data)
    {
        if (node.OpType is "AveragePool"
            && !(node.Integers("kernel_shape") is [var h, var w] && h == _rows && w == _columns && node.Integers("pads").All(p => p == 0)))
        {
            Keep(node, data);
            Measure(node);
            return;
        }
        // A maximum is not linear in its positions, so it keeps its window.
        var maximum = node.OpType is "GlobalMaxPool" or "ReduceMax";
        if (maximum || _pooling == SlidingPooling.Window)
            Add(maximum ? "MaxPool" : "AveragePool", ("kernel_shape", new long[] { _rows, _columns }), ("strides", new long[] { 1, 1 }));
        (_rows, _columns) = (1, 1);
    }

    /// <summary>The unchanged layer, on the map.</summary>
    private void Keep(NodeProto node, string data)
    {
        var kept = node.Clone();
        kept.Input[kept.Input.IndexOf(data)] = _at;
        Add(kept);
    }

    /// <summary>A layer with a window, such as the last MaxPool of a small network, changes the number of positions.</summary>
    private void Measure(NodeProto node)
    {
        if (_tail.Shapes[node.Output[0]].Shape is not [_, { } channels, { } rows, { } columns]) throw Cannot(node, "its shape cannot be inferred");
        (Channels, _rows, _columns) = ((int)channels, (int)rows, (int)columns);
    }

    /// <summary>Element-wise with one number for all channels, or one per channel.</summary>
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
        if (_rows * _columns > 1 || _tail.Shapes[values].Count != Channels)
            throw Cannot(node, $"'{values}' is neither one number nor one for each of {Channels} channels");
        return _writer[values].Reshape(Channels, 1, 1);
    }

    /// <summary>Softmax over the classes at each position. Before operator set 13 it spans all axes from the given one on.</summary>
    private void Normalize(NodeProto node)
    {
        if (_rows * _columns > 1 || !IsOverClasses(node)) throw Cannot(node, "it does not span the classes");
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
        return axis >= 1
            && (_writer.OperatorSet >= 13 ? shape[axis] == Channels : shape.Skip((int)axis).Aggregate(1L, (n, d) => n * d!.Value) == Channels);
    }

    /// <summary>Checks that the layer still gives one vector per image, so that the map corresponds to it.</summary>
    private void CheckRow(NodeProto node)
    {
        if (_tail.Shapes[node.Output[0]].Shape is not [_, .. var row] || row.Contains(null)) return;
        if (row.Aggregate(1L, (n, d) => n * d!.Value) != (long)Channels * _rows * _columns || (_rows * _columns == 1 && row.Count(d => d > 1) > 1))
            throw Cannot(
                node, $"it gives {OnnxValue.ShapeText(_tail.Shapes[node.Output[0]].Shape!)} instead of a vector of {Channels * _rows * _columns}");
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
