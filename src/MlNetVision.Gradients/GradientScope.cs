using System.Collections.Frozen;
using MlNetVision.Gradients.Rules;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients;

/// <summary>The graph as a <see cref="GradientRule"/> sees it: its tensors, their gradients so far, and a writer that appends nodes.</summary>
internal sealed class GradientScope
{
    private readonly OnnxModel _model;
    private readonly HashSet<string> _needed;
    private readonly Dictionary<string, GraphTensor> _gradients = new(StringComparer.Ordinal);

    /// <param name="model">The model that nodes are appended to.</param>
    /// <param name="forward">Its nodes as gradient rules see them.</param>
    /// <param name="by">The inputs of the graph to differentiate by.</param>
    public GradientScope(OnnxModel model, IReadOnlyList<NodeProto> forward, HashSet<string> by)
    {
        _model = model;
        Graph = new GraphWriter(model, "gradient.", inferShapes: true);
        Forward = forward;
        _needed = Dependent(by);
    }

    /// <summary>Appends nodes, and knows the shapes of all tensors.</summary>
    public GraphWriter Graph { get; }

    /// <summary>The nodes that are differentiated, in the order in which they run.</summary>
    public IReadOnlyList<NodeProto> Forward { get; }

    /// <summary>A tensor of the graph.</summary>
    public GraphTensor this[string name] => Graph[name];

    /// <summary>Whether a tensor needs a gradient, because it depends on a tensor to differentiate by.</summary>
    public bool NeedsGradient(string tensor) => _needed.Contains(tensor);

    /// <summary>Whether a node has an input that needs a gradient.</summary>
    public bool NeedsGradient(NodeProto node, int input) => input < node.Input.Count && NeedsGradient(node.Input[input]);

    /// <summary>The gradient of a tensor so far, or null where the loss does not depend on it.</summary>
    public GraphTensor? GradientOf(string tensor) => _gradients.TryGetValue(tensor, out var gradient) ? gradient : null;

    /// <summary>Adds to the gradient of a tensor, if it needs one.</summary>
    public void Accumulate(string tensor, GraphTensor gradient)
    {
        if (!NeedsGradient(tensor)) return;
        _gradients[tensor] = _gradients.TryGetValue(tensor, out var sum) ? sum + gradient : gradient;
    }

    /// <summary>The number of values along axes, as a float: constant where their sizes are known, and else counted when the graph runs.</summary>
    public GraphTensor Count(GraphTensor tensor, long[] axes)
    {
        var shape = Known(tensor);
        if (axes.All(a => shape[a].HasValue)) return Graph.Scalar(axes.Aggregate(1L, (n, a) => n * shape[a]!.Value));
        return tensor.Do("Shape").Gather(Graph.Integers(axes)).Do("ReduceProd", ("keepdims", 0L)).Cast(DataType.Float);
    }

    /// <summary>Sums a gradient over the axes along which a tensor was broadcast, so that it gets that tensor's shape.</summary>
    public GraphTensor Unbroadcast(GraphTensor gradient, string like)
    {
        var (from, to) = (Known(gradient), Known(like));
        var lead = from.Length - to.Length;
        var axes = Enumerable.Range(0, from.Length).Where(i => i < lead || (to[i - lead] == 1 && from[i] != 1)).Select(i => (long)i).ToArray();
        if (axes.Length == 0) return gradient;
        var sum = gradient.Sum(axes);
        return lead == 0 ? sum : sum.Squeeze([.. Enumerable.Range(0, lead).Select(i => (long)i)]);
    }

    /// <summary>Zeros in the shape of a tensor.</summary>
    public GraphTensor Zeros(GraphTensor like) => Graph.Scalar(0).Expand(like.Shape());

    /// <summary>The shape of a tensor whose rank must be known.</summary>
    public long?[] Known(string tensor) =>
        Graph.ShapeOf(tensor)
            ?? throw new BadModelException($"{_model.Name}: the number of axes of '{tensor}' is not known, so no gradient can be written.");

    /// <summary>A dimension that must be known.</summary>
    public long Size(string tensor, int axis) => Known(tensor)[axis]
        ?? throw new BadModelException($"{_model.Name}: axis {axis} of '{tensor}' is free; its gradient can be written only where it is known.");

    /// <summary>Axes, sizes and the like, which later operator sets moved from an attribute to an input; null where neither is given.</summary>
    public long[]? List(NodeProto node, string attribute, int input)
    {
        if (node.Find(attribute) is { } a) return [.. a.Ints];
        if (input >= node.Input.Count || node.Input[input].Length == 0) return null;
        return Graph.IntegersOf(node.Input[input]) ?? throw Unsupported(node, $"with '{attribute}' that is not constant");
    }

    /// <summary>The same, where one of them must be given.</summary>
    public long[] Needed(NodeProto node, string attribute, int input) =>
        List(node, attribute, input) ?? throw Unsupported(node, $"without '{attribute}'");

    /// <summary>The error of a node that cannot be differentiated.</summary>
    public BadModelException Unsupported(NodeProto node, string what) => new($"{_model.Name}: {node.Title()} {what} has no gradient here.");

    /// <summary>Float tensors that depend on a tensor to differentiate by.</summary>
    private HashSet<string> Dependent(HashSet<string> by)
    {
        var dependent = new HashSet<string>(by, StringComparer.Ordinal);
        foreach (var node in Forward)
            if (!GradientRules.IsFlat(node) && GraphCutter.Uses(node).Any(dependent.Contains))
                dependent.UnionWith(node.Output.Where(o => o.Length > 0
                    && Graph.TypeOf(o) is DataType.Float or DataType.Undefined or DataType.Float16 or DataType.Bfloat16 or DataType.Double));
        return dependent;
    }
}

/// <summary>
/// Appends the nodes that compute the gradients of a node's inputs from those of its outputs, of which at least one exists, and passes them to
/// <see cref="GradientScope.Accumulate"/>.
/// </summary>
internal delegate void GradientRule(GradientScope scope, NodeProto node);

/// <summary>The rules of all operators that can be differentiated, by operator.</summary>
internal static class GradientRules
{
    public static FrozenDictionary<string, GradientRule> All { get; } = new[]
    {
        ElementwiseRules.All, ReductionRules.All, ShapingRules.All, NormalizationRules.All, MatrixRules.All, ConvolutionRules.All, PoolingRules.All,
        [("Resize", ResizeRule.Differentiate)],
    }.SelectMany(table => table).ToFrozenDictionary(r => r.Operator, r => r.Rule, StringComparer.Ordinal);

    /// <summary>The remark on a node through which no gradient flows, whatever it computes.</summary>
    public const string Detached = "detached: no gradient";

    /// <summary>Whether no gradient flows through a node.</summary>
    public static bool IsFlat(NodeProto node) => node.DocString == Detached || Flat.Contains(node.OpType);

    /// <summary>Operators whose gradient is 0 wherever there is one, or whose output does not depend on the values of the input.</summary>
    public static FrozenSet<string> Flat { get; } = new[]
    {
        "Shape", "Size", "ConstantOfShape", "EyeLike", "RandomNormalLike", "RandomUniformLike", "Bernoulli", "Multinomial", "Range", "OneHot",
        "Floor", "Ceil", "Round", "Sign", "ArgMax", "ArgMin", "NonZero", "NonMaxSuppression", "Not", "IsNaN", "IsInf",
        "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or", "Xor",
    }.ToFrozenSet(StringComparer.Ordinal);
}
