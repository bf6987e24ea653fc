using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx;

/// <summary>
/// Writes an ONNX graph node by node: a new one, or more nodes of an existing one. Its methods return <see cref="GraphTensor"/> handles, on which
/// formulas are written. Not thread-safe.
/// </summary>
/// <example><code>
/// var graph = new GraphWriter("line");
/// var x = graph.Input("x", DataType.Float, -1, 3);
/// graph.Output("y", x * graph.Floats("scale", [1, 2, 3], 3) + 0.5f, DataType.Float, -1, 3);
/// OnnxModel model = graph.Build();
/// </code></example>
public sealed class GraphWriter
{
    /// <summary>The operator set that new graphs import: ai.onnx 17, which ONNX Runtime has run since 1.12.</summary>
    public const int NewOperatorSet = 17;

    private const int FileVersion = 8;   // came with ai.onnx 15

    private readonly OnnxModel? _model;
    private readonly GraphProto _graph;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly ShapeInference? _shapes;
    private int? _position;
    private NodeProto? _last;
    private int _count;

    /// <summary>Starts an empty graph.</summary>
    /// <param name="name">The name of the graph.</param>
    /// <param name="prefix">The prefix of generated names. Default: none.</param>
    public GraphWriter(string name, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(prefix);
        (_graph, Prefix, OperatorSet) = (new GraphProto { Name = name }, prefix, NewOperatorSet);
    }

    /// <summary>Continues the graph of a model, which is changed in place.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prefix">The prefix of generated names. Existing names are skipped.</param>
    /// <param name="position">The index of the node before which new nodes are inserted, 0 to the number of nodes; null: at the end.</param>
    /// <param name="inferShapes">Whether <see cref="ShapeOf"/>, <see cref="TypeOf"/> and <see cref="ValuesOf"/> give results. Default false.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position lies outside the graph.</exception>
    public GraphWriter(OnnxModel model, string prefix, int? position = null, bool inferShapes = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(prefix);
        if (position is { } p && (p < 0 || p > model.Graph.Node.Count))
            throw new ArgumentOutOfRangeException(nameof(position), p, $"Expected 0 to {model.Graph.Node.Count}, the number of nodes.");
        (_model, _graph, Prefix, _position) = (model, model.Graph, prefix, position);
        OperatorSet = model.Proto.OpsetImport.Where(o => OnnxNodes.NormalDomain(o.Domain).Length == 0).Select(o => o.Version)
            .FirstOrDefault(NewOperatorSet);
        foreach (var node in _graph.Node) _names.UnionWith(node.Output.Append(node.Name));
        _names.UnionWith(_graph.Input.Select(i => i.Name));
        _names.UnionWith(_graph.Initializer.Select(t => t.Name));
        if (inferShapes) _shapes = new ShapeInference(model, model.Inputs);
    }

    /// <summary>The version of ai.onnx that the graph is written in.</summary>
    public long OperatorSet { get; }

    /// <summary>The prefix of generated names.</summary>
    public string Prefix { get; set; }

    /// <summary>A tensor of the graph, by name; an empty name omits an optional input.</summary>
    public GraphTensor this[string name] => new(this, name);

    /// <summary>Whether a node, an input or an initializer has the name.</summary>
    public bool Has(string name) => _names.Contains(name);

    /// <summary>An unused name: the prefix, the word, and a number.</summary>
    public string FreeName(string what)
    {
        string name;
        do name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{what}{++_count}");
        while (_names.Contains(name));
        return name;
    }

    /// <summary>Declares an input.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="shape">Its dimensions, outermost first; negative ones are free.</param>
    public GraphTensor Input(string name, DataType type, params ReadOnlySpan<long> shape)
    {
        var info = OnnxValue.Info(name, type, shape);
        _graph.Input.Add(info);
        _shapes?.Follow(OnnxValue.From(info));
        return Named(name);
    }

    /// <summary>Declares an output: a tensor of that name, which a node produces.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its element type.</param>
    /// <param name="shape">Its dimensions, outermost first; negative ones are free.</param>
    public void Output(string name, DataType type, params ReadOnlySpan<long> shape) => _graph.Output.Add(OnnxValue.Info(name, type, shape));

    /// <summary>Declares an output with the values of a tensor, through an <c>Identity</c> of a generated name.</summary>
    /// <inheritdoc cref="Output(string, DataType, ReadOnlySpan{long})"/>
    public void Output(string name, GraphTensor tensor, DataType type, params ReadOnlySpan<long> shape)
    {
        NodeWithOutputs("Identity", FreeName("Identity"), [tensor], [name]);
        Output(name, type, shape);
    }

    /// <summary>Adds a float scalar.</summary>
    public GraphTensor Scalar(float value) => Floats([value]);

    /// <summary>Adds a float initializer under a generated name; without a shape, a scalar.</summary>
    public GraphTensor Floats(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => Floats(FreeName("Floats"), values, shape);

    /// <summary>Adds a float initializer.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="values">Its values, the last axis running fastest.</param>
    /// <param name="shape">Its dimensions, outermost first; none for a scalar.</param>
    public GraphTensor Floats(string name, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) =>
        Floats(name, ByteString.CopyFrom(MemoryMarshal.AsBytes(values)), shape);

    /// <summary>Adds a float initializer from little-endian bytes.</summary>
    internal GraphTensor Floats(string name, ByteString values, params ReadOnlySpan<long> shape)
    {
        var tensor = Tensor(name, DataType.Float, shape);
        tensor.RawData = values;
        return Store(tensor);
    }

    /// <summary>Adds an int64 scalar.</summary>
    public GraphTensor Integer(long value) => Integers(FreeName("Integer"), [value]);

    /// <summary>Adds an int64 vector.</summary>
    public GraphTensor Integers(params ReadOnlySpan<long> values) => Integers(FreeName("Integers"), values, values.Length);

    /// <summary>Adds an int64 initializer.</summary>
    /// <inheritdoc cref="Floats(string, ReadOnlySpan{float}, ReadOnlySpan{long})"/>
    public GraphTensor Integers(string name, ReadOnlySpan<long> values, params ReadOnlySpan<long> shape)
    {
        var tensor = Tensor(name, DataType.Int64, shape);
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values));
        return Store(tensor);
    }

    /// <summary>Adds a vector of strings, stored in UTF-8.</summary>
    public GraphTensor Strings(IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Strings(FreeName("Strings"), values, values.Count);
    }

    /// <summary>Adds an initializer of strings, stored in UTF-8.</summary>
    /// <inheritdoc cref="Floats(string, ReadOnlySpan{float}, ReadOnlySpan{long})"/>
    public GraphTensor Strings(string name, IReadOnlyList<string> values, params ReadOnlySpan<long> shape)
    {
        ArgumentNullException.ThrowIfNull(values);
        var tensor = Tensor(name, DataType.String, shape);
        tensor.StringData.AddRange(values.Select(ByteString.CopyFromUtf8));
        return Store(tensor);
    }

    /// <summary>Adds a given initializer.</summary>
    public GraphTensor Store(TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        _graph.Initializer.Add(tensor);
        _shapes?.Follow(tensor);
        return Named(tensor.Name);
    }

    /// <summary>Adds a node with one output, both under a generated name.</summary>
    /// <inheritdoc cref="Node(string, string?, IEnumerable{string}, ReadOnlySpan{ValueTuple{string, object}})"/>
    public GraphTensor Node(string operation, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Node(operation, null, inputs, attributes);

    /// <summary>Adds a node with one output.</summary>
    /// <param name="operation">The operator, such as <c>Conv</c>.</param>
    /// <param name="name">The name of node and output; null: a generated name.</param>
    /// <param name="inputs">Names of the input tensors, or their handles; an empty name omits an optional input.</param>
    /// <param name="attributes">Attributes as name and value, as <see cref="OnnxAttributes.Make"/> takes them.</param>
    public GraphTensor Node(string operation, string? name, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        name ??= FreeName(operation);
        NodeWithOutputs(operation, name, inputs, [name], attributes);
        return this[name];
    }

    /// <summary>Adds a node with several outputs under generated names.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="inputs">Names of the input tensors, or their handles.</param>
    /// <param name="outputs">The number of outputs.</param>
    /// <param name="attributes">Attributes as name and value.</param>
    public GraphTensor[] Nodes(string operation, IEnumerable<string> inputs, int outputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        string[] made = [.. Enumerable.Range(0, outputs).Select(_ => FreeName(operation))];
        NodeWithOutputs(operation, made[0], inputs, made, attributes);
        return Array.ConvertAll(made, name => this[name]);
    }

    /// <summary>Adds a node.</summary>
    /// <param name="operation">The operator.</param>
    /// <param name="name">The name of the node.</param>
    /// <param name="inputs">Names of the input tensors, or their handles.</param>
    /// <param name="outputs">Names of the output tensors; an empty name omits an optional output.</param>
    /// <param name="attributes">Attributes as name and value.</param>
    public void NodeWithOutputs(
        string operation, string name, IEnumerable<string> inputs, IEnumerable<string> outputs,
            params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = name };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        foreach (var (key, value) in attributes) node.Attribute.Add(OnnxAttributes.Make(key, value));
        Add(node);
    }

    /// <summary>Adds a given node.</summary>
    public void Add(NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        if (_position is { } at)
        {
            _graph.Node.Insert(at, node);
            _position = at + 1;
        }
        else
        {
            _graph.Node.Add(node);
        }
        _last = node;
        _names.UnionWith(node.Output.Append(node.Name));
        _shapes?.Follow(node);
    }

    /// <summary>Renames the node added last, and its first output.</summary>
    /// <returns>The output under its new name.</returns>
    /// <exception cref="InvalidOperationException">No node was added yet.</exception>
    public GraphTensor NameLast(string name)
    {
        var node = _last ?? throw new InvalidOperationException("No node was added yet.");
        (node.Name, node.Output[0]) = (name, name);
        _names.Add(name);
        _shapes?.Follow(node);
        return this[name];
    }

    /// <summary>Writes a remark on the node added last, into its documentation.</summary>
    /// <exception cref="InvalidOperationException">No node was added yet.</exception>
    public void RemarkLast(string remark) => (_last ?? throw new InvalidOperationException("No node was added yet.")).DocString = remark;

    /// <summary>Concatenates tensors along an axis.</summary>
    public GraphTensor Concat(IEnumerable<GraphTensor> parts, long axis) => Node("Concat", parts.Select(p => p.Name), ("axis", axis));

    /// <summary>The model: the given one, or a new one with this graph.</summary>
    /// <param name="name">The name of a new model in error messages.</param>
    public OnnxModel Build(string? name = null)
    {
        if (_model is not null) return _model;
        var proto = new ModelProto { IrVersion = FileVersion, ProducerName = "MlNetVision", Graph = _graph };
        proto.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = NewOperatorSet });
        return new OnnxModel(proto, name);
    }

    /// <summary>
    /// The dimensions of a tensor, null where one is not known; null as a whole where the rank is not known or shapes are not inferred.
    /// </summary>
    public long?[]? ShapeOf(string tensor) => _shapes?[tensor].Shape;

    /// <summary>The element type of a tensor; undefined where it is not known or shapes are not inferred.</summary>
    public DataType TypeOf(string tensor) => _shapes?[tensor].Type ?? DataType.Undefined;

    /// <summary>
    /// The values of a small tensor that follow from initializers and shapes, null where one is not known; null as a whole where none is.
    /// </summary>
    public double?[]? ValuesOf(string tensor) => _shapes?[tensor].Values;

    /// <summary>The values of a small tensor of integers, where all follow from initializers and shapes; otherwise null.</summary>
    public long[]? IntegersOf(string tensor) => _shapes?[tensor].Integers;

    /// <summary>Adds an omitted optional output to a node of the graph.</summary>
    /// <param name="node">The node.</param>
    /// <param name="index">The number of the output, from 0.</param>
    public GraphTensor OutputOf(NodeProto node, int index)
    {
        ArgumentNullException.ThrowIfNull(node);
        while (node.Output.Count <= index) node.Output.Add("");
        if (node.Output[index].Length == 0) node.Output[index] = FreeName(node.OpType);
        _names.Add(node.Output[index]);
        _shapes?.Follow(node);
        return this[node.Output[index]];
    }

    private GraphTensor Named(string name)
    {
        _names.Add(name);
        return this[name];
    }

    private static TensorProto Tensor(string name, DataType type, ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type };
        foreach (var d in shape) tensor.Dims.Add(d);
        return tensor;
    }
}
