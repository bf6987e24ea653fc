using System.Collections.Frozen;
using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Shapes;

/// <summary>Infers the outputs of a node from its inputs. It may throw where the node is invalid.</summary>
internal delegate void ShapeRule(NodeScope scope);

/// <summary>A node as a rule sees it.</summary>
internal sealed class NodeScope(NodeProto node, long operatorSet, Func<string, TensorFact> find)
{
    private readonly TensorFact[] _outputs = [.. Enumerable.Repeat(TensorFact.Unknown, node.Output.Count)];

    public NodeProto Node => node;

    public long OperatorSet => operatorSet;

    public IReadOnlyList<TensorFact> Outputs => _outputs;

    /// <summary>An input; unknown where it is left out.</summary>
    public TensorFact this[int input] => Has(input) ? find(node.Input[input]) : TensorFact.Unknown;

    public bool Has(int input) => input < node.Input.Count && node.Input[input].Length > 0;

    public bool Has(string attribute) => node.Find(attribute) is not null;

    /// <summary>Sets what is known of an output; an output that the node leaves out is passed over.</summary>
    public void Set(int output, DataType type, long?[]? shape, double?[]? values = null)
    {
        if (output >= _outputs.Length) return;
        var sane = shape is null || shape.Length > ElementType.MostDimensions || shape.Any(d => d < 0) ? null : shape;
        _outputs[output] = new TensorFact(type, sane) { Values = values?.Length <= SmallValues.Limit ? values : null };
    }

    /// <summary>The first output has the type of the first input.</summary>
    public void Set(long?[]? shape, double?[]? values = null) => Set(0, this[0].Type, shape, values);

    /// <summary>
    /// Axes, sizes and the like, which later operator sets moved from an attribute to an input:
    /// null where neither is given, an empty array of values not known where the input is not constant.
    /// </summary>
    public long[]? List(string attribute, int input, out bool unknown)
    {
        unknown = false;
        if (node.Find(attribute) is { } a) return [.. a.Ints];
        if (!Has(input)) return null;
        var values = this[input].Integers;
        unknown = values is null;
        return values;
    }

    /// <summary>A number of dimensions, none of them known.</summary>
    public static long?[]? Free(long? rank) => rank is >= 0 and <= ElementType.MostDimensions ? new long?[rank.Value] : null;
}

/// <summary>All operators of ai.onnx whose shapes are known, by name.</summary>
internal static class OperatorRules
{
    public static FrozenDictionary<string, ShapeRule> All { get; } = new[]
    {
        ConvolutionShapes.Rules, ResizeShapes.Rules, ElementwiseShapes.Rules, ConstantShapes.Rules, ReshapeShapes.Rules,
        SliceShapes.Rules, ReductionShapes.Rules, MatrixShapes.Rules, QuantizationShapes.Rules,
    }.SelectMany(family => family).ToFrozenDictionary(r => r.Operator, r => r.Rule, StringComparer.Ordinal);

    /// <summary>The same rule for several operators.</summary>
    public static IEnumerable<(string Operator, ShapeRule Rule)> Each(ShapeRule rule, params string[] operators) =>
        operators.Select(o => (o, rule));

    /// <summary>The first output is shaped as the first input.</summary>
    public static void Same(NodeScope n) => n.Set(n[0].Shape);
}

/// <summary>Moves the elements of small tensors whose values are followed.</summary>
internal static class SmallValues
{
    /// <summary>Larger tensors are not followed: shapes are short, and a hostile file gets no memory out of it.</summary>
    public const int Limit = 64;

    /// <summary>Combines two lists element by element, where they are of one length or one of them is a single value.</summary>
    public static double?[]? Zip(double?[]? a, double?[]? b, Func<double, double, double> combine)
    {
        if (a is null || b is null || (a.Length != b.Length && a.Length != 1 && b.Length != 1)) return null;
        if (a.Length == 0 || b.Length == 0) return [];
        var result = new double?[Math.Max(a.Length, b.Length)];
        for (var i = 0; i < result.Length; i++)
        {
            var (x, y) = (a[a.Length == 1 ? 0 : i], b[b.Length == 1 ? 0 : i]);
            result[i] = x is null || y is null ? null : combine(x.Value, y.Value);
        }
        return result;
    }

    /// <summary>
    /// A tensor of the shape <paramref name="target"/>, each element taken from the position in <paramref name="source"/>
    /// that <paramref name="map"/> writes into its second argument; null where a shape is not known or too large.
    /// </summary>
    public static double?[]? Move(TensorFact source, long?[] target, Action<long[], long[]> map)
    {
        if (source.Values is not { } values || source.Shape is not { } shape || source.Count != values.Length) return null;
        if (new TensorFact(source.Type, target).Count is not { } count || count > Limit) return null;
        var result = new double?[count];
        var (to, from) = (new long[target.Length], new long[shape.Length]);
        for (var i = 0L; i < count; i++)
        {
            var rest = i;
            for (var d = target.Length - 1; d >= 0; d--) (rest, to[d]) = Math.DivRem(rest, target[d]!.Value);
            map(to, from);
            var at = 0L;
            for (var d = 0; d < shape.Length; d++) at = (at * shape[d]!.Value) + from[d];
            result[i] = values[at];
        }
        return result;
    }
}
