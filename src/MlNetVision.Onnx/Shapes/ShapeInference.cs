using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Shapes;

/// <summary>
/// Infers types and shapes of all tensors of a graph, node by node, and the values of small tensors
/// (exporters write <c>Shape → Slice → Concat → Reshape</c>). The outputs of an unknown operator stay unknown.
/// </summary>
/// <remarks>Rules: https://github.com/onnx/onnx/blob/main/docs/Operators.md.</remarks>
public sealed class ShapeInference
{
    private readonly Dictionary<string, TensorFact> _facts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorFact> _declared = new(StringComparer.Ordinal);
    private readonly long _operatorSet;

    /// <summary>Infers all shapes of a model.</summary>
    /// <param name="model">The model, which need not be checked and is not changed. The outputs of invalid nodes stay unknown.</param>
    /// <param name="inputs">The inputs with their dimensions.</param>
    public ShapeInference(OnnxModel model, IEnumerable<OnnxValue> inputs)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(inputs);
        _operatorSet = model.Proto.OpsetImport.Where(o => OnnxNodes.NormalDomain(o.Domain).Length == 0).Select(o => o.Version).FirstOrDefault();
        foreach (var info in model.Graph.ValueInfo.Concat(model.Graph.Output)) _declared[info.Name] = Fact(OnnxValue.From(info));
        foreach (var input in inputs) Follow(input);
        foreach (var tensor in model.Graph.Initializer) Follow(tensor);
        foreach (var node in model.Graph.Node) Follow(node);
    }

    /// <summary>The type, shape and values of a tensor; unknown where there is none of that name.</summary>
    public TensorFact this[string tensor] => _facts.GetValueOrDefault(tensor, TensorFact.Unknown);

    /// <summary>The type, shape and values of an initializer.</summary>
    internal static TensorFact OfInitializer(TensorProto tensor) => new((DataType)tensor.DataType, [.. tensor.Dims.Select(d => (long?)d)])
    {
        Values = TensorData.Small(tensor, SmallValues.Limit)?.Select(v => (double?)v).ToArray(),
    };

    private static TensorFact Fact(OnnxValue value) =>
        new(value.Type, value.HasShape && value.Shape.Count <= ElementType.MostDimensions ? [.. value.Shape] : null);

    /// <summary>Takes in an input beside those of the model.</summary>
    public void Follow(OnnxValue input)
    {
        ArgumentNullException.ThrowIfNull(input);
        _facts[input.Name] = Fact(input);
    }

    /// <summary>Takes in an initializer beside those of the model.</summary>
    public void Follow(TensorProto tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        _facts[tensor.Name] = OfInitializer(tensor);
    }

    /// <summary>Takes in a node that stands after those of the model.</summary>
    public void Follow(NodeProto node)
    {
        ArgumentNullException.ThrowIfNull(node);
        var scope = new NodeScope(node, _operatorSet, name => this[name]);
        if (OnnxNodes.NormalDomain(node.Domain).Length == 0 && OperatorRules.All.TryGetValue(node.OpType, out var rule)) Apply(rule, scope);
        for (var i = 0; i < node.Output.Count; i++)
            if (node.Output[i].Length > 0)
                _facts[node.Output[i]] = scope.Outputs[i].Or(_declared.GetValueOrDefault(node.Output[i], TensorFact.Unknown));
    }

    /// <summary>An axis counted from the front, where −1 stands for the last.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A tensor of that rank has no such axis.</exception>
    public static int Axis(long axis, int rank)
    {
        var front = axis < 0 ? axis + rank : axis;
        ArgumentOutOfRangeException.ThrowIfNegative(front);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(front, rank);
        return (int)front;
    }

    /// <summary>
    /// A rule throws where attributes or shapes contradict each other. Then the outputs stay unknown, and ONNX Runtime reports the error.
    /// </summary>
    private static void Apply(ShapeRule rule, NodeScope scope)
    {
        try
        {
            rule(scope);
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException or ArithmeticException or InvalidOperationException)
        {
        }
    }
}

/// <summary>What is known of a tensor without running the network.</summary>
/// <param name="Type">The element type, or undefined.</param>
/// <param name="Shape">The dimensions, null where one is not known; null as a whole where the rank is not known.</param>
public sealed record TensorFact(DataType Type, long?[]? Shape)
{
    /// <summary>A tensor of which nothing is known.</summary>
    public static TensorFact Unknown { get; } = new(DataType.Undefined, null);

    /// <summary>
    /// The values of a small tensor, for shape inference; null where one is not known.
    /// Exact up to 2⁵³; larger ones only ever mean "to the end".
    /// </summary>
    public double?[]? Values { get; init; }

    /// <summary>The values where all are known, as integers.</summary>
    public long[]? Integers => Values is { } v && v.All(x => x.HasValue) ? [.. v.Select(x => (long)x!.Value)] : null;

    /// <summary>The number of elements, where it is known.</summary>
    public long? Count => Shape is { } s && s.All(d => d.HasValue) ? ElementType.Count(s.Select(d => d!.Value)) : null;

    /// <summary>Takes from <paramref name="other"/> what is not known here.</summary>
    public TensorFact Or(TensorFact other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var shape = Shape is null ? other.Shape
            : other.Shape?.Length == Shape.Length ? [.. Shape.Select((d, i) => d ?? other.Shape[i])]
            : Shape;
        return this with { Type = Type == DataType.Undefined ? other.Type : Type, Shape = shape };
    }
}
