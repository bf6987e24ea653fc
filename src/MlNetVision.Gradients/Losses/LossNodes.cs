using System.Globalization;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Shapes;
using MlNetVision.Onnx.Upgrading;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Losses;

/// <summary>Appends the nodes of a loss to a model.</summary>
public sealed class LossNodes
{
    private readonly OnnxModel _model;
    private readonly string _output;
    private readonly ShapeInference _shapes;
    private readonly HashSet<string> _names;
    private readonly OnnxGraphBuilder _builder = new("loss");

    /// <summary>Starts a loss. The model is checked, and an operator set before 17 raised to it.</summary>
    /// <param name="model">The model that the nodes are for; it changes when <see cref="Output"/> is called.</param>
    /// <param name="output">The name of the loss; the names of its nodes start with it.</param>
    /// <exception cref="BadModelException">The model is broken, or cannot be raised to operator set 17.</exception>
    /// <exception cref="ArgumentException">A tensor has the loss's name.</exception>
    public LossNodes(OnnxModel model, string output)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(output);
        model.Check();
        OperatorSetUpgrade.Raise(model);
        (_model, _output) = (model, output);
        var graph = model.Graph;
        _names = [.. graph.Node.SelectMany(n => n.Output), .. graph.Input.Select(i => i.Name), .. graph.Initializer.Select(t => t.Name)];
        if (_names.Contains(output)) throw new ArgumentException($"{model.Name}: has a tensor '{output}' already; give the loss another name.");
        _shapes = new ShapeInference(model, model.Inputs);
    }

    /// <summary>The shape of a float tensor of the model; −1 is free.</summary>
    /// <exception cref="BadModelException">There is no such float tensor of a known number of axes.</exception>
    public long[] Shape(string tensor)
    {
        ArgumentException.ThrowIfNullOrEmpty(tensor);
        if (!_names.Contains(tensor))
            throw new BadModelException($"{_model.Name}: has no tensor '{tensor}'. Outputs: {string.Join(", ", _model.Graph.Output.Select(o => o.Name))}.");
        var fact = _shapes[tensor];
        return fact is { Type: DataType.Float, Shape: { } shape }
            ? [.. shape.Select(d => d ?? -1)]
            : throw new BadModelException($"{_model.Name}: '{tensor}' is expected to be a float tensor of a known number of axes for a loss.");
    }

    /// <summary>The shape of logits, N × classes × …</summary>
    /// <exception cref="BadModelException">There is no such float tensor with a known number of classes.</exception>
    public long[] Classes(string logits) => Shape(logits) is [_, > 0, ..] and var shape
        ? shape
        : throw new BadModelException($"{_model.Name}: '{logits}' is expected to be N × classes × …, with a known number of classes.");

    /// <summary>A tensor of the graph, or a new input.</summary>
    public string Tensor(string name, DataType type, long[] shape)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _names.Contains(name) ? name : _builder.Input(name, type, shape);
    }

    /// <summary>Adds a node with one output.</summary>
    /// <returns>The name of the output.</returns>
    public string Do(string operation, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        _builder.Node(operation, Name(operation), inputs, attributes);

    /// <summary>Adds a float initializer; no dimensions make a scalar.</summary>
    public string Floats(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => _builder.Floats(Name("Floats"), values, shape);

    /// <summary>Adds an int64 scalar.</summary>
    public string Integer(long value) => _builder.Integers(Name("Integer"), [value]);

    /// <summary>Adds an int64 vector.</summary>
    public string Integers(params ReadOnlySpan<long> values) => _builder.Integers(Name("Integers"), values, values.Length);

    /// <summary>Multiplies a tensor by a number.</summary>
    public string Scale(string tensor, float factor) => factor == 1 ? tensor : Do("Mul", [tensor, Floats([factor])]);

    /// <summary>The sum of all elements, a scalar.</summary>
    public string Sum(string tensor) => Do("ReduceSum", [tensor], ("keepdims", 0L));

    /// <summary>The mean of all elements, a scalar.</summary>
    public string Mean(string tensor) => Do("ReduceMean", [tensor], ("keepdims", 0L));

    /// <summary>The sum along axis 1, which stays with length 1.</summary>
    public string SumOverClasses(string tensor) => Do("ReduceSum", [tensor, _builder.Integers(Name("Axes"), [1], 1)], ("keepdims", 1L));

    /// <summary>Makes a scalar, or a tensor of a shape, the loss and puts everything into the model.</summary>
    public void Output(string scalar, params ReadOnlySpan<long> shape)
    {
        _builder.NodeWithOutputs("Identity", _output, [scalar], [_output]);
        _builder.Output(_output, DataType.Float, shape);
        var added = _builder.Build().Graph;
        _model.Graph.Node.AddRange(added.Node);
        _model.Graph.Initializer.AddRange(added.Initializer);
        _model.Graph.Input.AddRange(added.Input);
        _model.Graph.Output.AddRange(added.Output);
    }

    private string Name(string what)
    {
        string name;
        do name = string.Create(CultureInfo.InvariantCulture, $"{_output}.{what}{_names.Count}");
        while (!_names.Add(name));
        return name;
    }
}
