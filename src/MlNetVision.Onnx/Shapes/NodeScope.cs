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

    /// <summary>As many dimensions as asked for, none of them known.</summary>
    public static long?[]? Free(long? rank) => rank is >= 0 and <= ElementType.MostDimensions ? new long?[rank.Value] : null;
}
