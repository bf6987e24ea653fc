using System.Globalization;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients;

/// <summary>The graph as a <see cref="IGradientRule"/> sees it: what is known of its tensors, their gradients so far, and means to append nodes.</summary>
internal sealed class GradientScope
{
    private readonly OnnxModel _model;
    private readonly ShapeInference _shapes;
    private readonly HashSet<string> _needed;
    private readonly HashSet<string> _names;
    private readonly Dictionary<string, string> _gradients = new(StringComparer.Ordinal);

    /// <param name="model">The model that nodes are appended to.</param>
    /// <param name="forward">Its nodes as rules shall see them.</param>
    /// <param name="by">What is differentiated by: inputs of the graph.</param>
    public GradientScope(OnnxModel model, IReadOnlyList<NodeProto> forward, HashSet<string> by)
    {
        _model = model;
        _shapes = new ShapeInference(model, model.Inputs);
        var graph = model.Graph;
        Forward = forward;
        _needed = Dependent(by);
        _names = [.. graph.Node.SelectMany(n => n.Output), .. graph.Input.Select(i => i.Name), .. graph.Initializer.Select(t => t.Name)];
        OperatorSet = model.Proto.OpsetImport.First(o => OnnxNodes.NormalDomain(o.Domain).Length == 0).Version;
    }

    /// <summary>The nodes that are differentiated, in the order in which they run.</summary>
    public IReadOnlyList<NodeProto> Forward { get; }

    /// <summary>The version of ai.onnx that the graph is written in.</summary>
    public long OperatorSet { get; }

    /// <summary>Whether a tensor depends on what is differentiated by; for all others no gradient is computed.</summary>
    public bool NeedsGradient(string tensor) => _needed.Contains(tensor);

    /// <summary>Whether a node has an input and its gradient is wanted.</summary>
    public bool NeedsGradient(NodeProto node, int input) => input < node.Input.Count && NeedsGradient(node.Input[input]);

    /// <summary>The gradient of a tensor so far, or null where the loss does not depend on it.</summary>
    public string? GradientOf(string tensor) => _gradients.GetValueOrDefault(tensor);

    /// <summary>Adds to the gradient of a tensor, where that is wanted.</summary>
    public void Accumulate(string tensor, string gradient)
    {
        if (!NeedsGradient(tensor)) return;
        _gradients[tensor] = _gradients.TryGetValue(tensor, out var sum) ? Node("Add", [sum, gradient]) : gradient;
    }

    /// <summary>The dimensions of a tensor as far as they are known; null where the rank is not.</summary>
    public long?[]? Shape(string tensor) => _shapes[tensor].Shape;

    /// <summary>The values of a small constant tensor, or null.</summary>
    public long[]? Integers(string tensor) => _shapes[tensor].Integers;

    /// <summary>The values of a small tensor, null where one is not known.</summary>
    public double?[]? Values(string tensor) => _shapes[tensor].Values;

    /// <summary>The element type of a tensor, or undefined.</summary>
    public DataType Type(string tensor) => _shapes[tensor].Type;

    /// <summary>The dimensions as an int64 tensor: constant where they are known.</summary>
    public string ShapeOf(string tensor) => Shape(tensor) is { } s && s.All(d => d.HasValue)
        ? Constant([.. s.Select(d => d!.Value)])
        : Node("Shape", [tensor]);

    /// <summary>The number of values along axes, as a float: constant where their sizes are known, and else counted when the graph runs.</summary>
    public string Count(string tensor, long[] axes)
    {
        var shape = Known(tensor);
        if (axes.All(a => shape[a].HasValue)) return Constant((float)axes.Aggregate(1L, (n, a) => n * shape[a]!.Value));
        var sizes = Node("Gather", [Node("Shape", [tensor]), Constant(axes)]);
        return Node("Cast", [Node("ReduceProd", [sizes], ("keepdims", 0L))], ("to", (long)DataType.Float));
    }

    /// <summary>Sums a gradient over the axes along which a tensor was broadcast, so that it gets that tensor's shape.</summary>
    public string Unbroadcast(string gradient, string like)
    {
        var (from, to) = (Known(gradient), Known(like));
        var lead = from.Length - to.Length;
        var axes = Enumerable.Range(0, from.Length).Where(i => i < lead || (to[i - lead] == 1 && from[i] != 1)).Select(i => (long)i).ToArray();
        if (axes.Length == 0) return gradient;
        var sum = Node("ReduceSum", [gradient, Constant(axes)], ("keepdims", 1L));
        return lead == 0 ? sum : Node("Squeeze", [sum, Constant([.. Enumerable.Range(0, lead).Select(i => (long)i)])]);
    }

    /// <summary>Zeros in the shape of a tensor.</summary>
    public string Zeros(string like) => Node("Expand", [Constant(0f), ShapeOf(like)]);

    /// <summary>A tensor where a condition holds, else another one, or 0.</summary>
    public string Where(string condition, string yes, string? no = null) => Node("Where", [condition, yes, no ?? Constant(0f)]);

    /// <summary>The mean over axes, which stay as axes of one. From operator set 18 on they are an input.</summary>
    public string Mean(string tensor, long[] axes) =>
        OperatorSet >= 18 ? Node("ReduceMean", [tensor, Constant(axes)]) : Node("ReduceMean", [tensor], ("axes", axes));

    /// <summary>Appends a node with one output and returns that output's name.</summary>
    public string Node(string operation, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        Nodes(operation, inputs, 1, attributes)[0];

    /// <summary>Appends a node with several outputs.</summary>
    public string[] Nodes(string operation, IEnumerable<string> inputs, int outputs, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        var node = new NodeProto { OpType = operation, Name = Name(operation) };
        node.Input.AddRange(inputs);
        string[] made = [.. Enumerable.Range(0, outputs).Select(i => i == 0 ? node.Name : Name(operation))];
        node.Output.AddRange(made);
        foreach (var (key, value) in attributes) node.Attribute.Add(OnnxAttributes.Make(key, value));
        _model.Graph.Node.Add(node);
        _shapes.Follow(node);
        return made;
    }

    /// <summary>An optional output of a node of the model, which the node is made to give.</summary>
    public string Output(NodeProto node, int index)
    {
        while (node.Output.Count <= index) node.Output.Add("");
        if (node.Output[index].Length == 0) node.Output[index] = Name(node.OpType);
        _shapes.Follow(node);
        return node.Output[index];
    }

    /// <summary>A vector of integers.</summary>
    public string Constant(params ReadOnlySpan<long> values)
    {
        var builder = new OnnxGraphBuilder("constant");
        builder.Integers(Name("Integers"), values, values.Length);
        return Store(builder);
    }

    /// <summary>A scalar.</summary>
    public string Constant(float value) => Constant([value]);

    /// <summary>A tensor of floats; without a shape a scalar.</summary>
    public string Constant(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var builder = new OnnxGraphBuilder("constant");
        builder.Floats(Name("Floats"), values, shape);
        return Store(builder);
    }

    private string Store(OnnxGraphBuilder builder)
    {
        var tensor = builder.Build().Graph.Initializer[0];
        _model.Graph.Initializer.Add(tensor);
        _shapes.Follow(tensor);
        return tensor.Name;
    }

    /// <summary>The shape of a tensor whose rank must be known.</summary>
    public long?[] Known(string tensor) =>
        Shape(tensor) ?? throw new BadModelException($"{_model.Name}: the number of axes of '{tensor}' is not known, so no gradient can be written.");

    /// <summary>A dimension that must be known.</summary>
    public long Size(string tensor, int axis) => Known(tensor)[axis]
        ?? throw new BadModelException($"{_model.Name}: axis {axis} of '{tensor}' is free; its gradient can be written only where it is known.");

    /// <summary>Axes, sizes and the like, which later operator sets moved from an attribute to an input; null where neither is given.</summary>
    public long[]? List(NodeProto node, string attribute, int input)
    {
        if (node.Find(attribute) is { } a) return [.. a.Ints];
        if (input >= node.Input.Count || node.Input[input].Length == 0) return null;
        return Integers(node.Input[input]) ?? throw Unsupported(node, $"with '{attribute}' that is not constant");
    }

    /// <summary>The same, where one of them must be given.</summary>
    public long[] Needed(NodeProto node, string attribute, int input) => List(node, attribute, input) ?? throw Unsupported(node, $"without '{attribute}'");

    /// <summary>An error about what cannot be differentiated.</summary>
    public BadModelException Unsupported(NodeProto node, string what) => new($"{_model.Name}: {node.Title()} {what} has no gradient here.");

    /// <summary>Tensors of floats that depend on what is differentiated by.</summary>
    private HashSet<string> Dependent(HashSet<string> by)
    {
        var dependent = new HashSet<string>(by, StringComparer.Ordinal);
        foreach (var node in Forward)
            if (!GradientRules.Flat.Contains(node.OpType) && GraphCutter.Uses(node).Any(dependent.Contains))
                dependent.UnionWith(node.Output.Where(o => o.Length > 0 && Type(o) is DataType.Float or DataType.Undefined or DataType.Float16 or DataType.Bfloat16 or DataType.Double));
        return dependent;
    }

    private string Name(string what)
    {
        string name;
        do name = string.Create(CultureInfo.InvariantCulture, $"gradient.{what}{_names.Count}");
        while (!_names.Add(name));
        return name;
    }
}
