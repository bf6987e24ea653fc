using System.Globalization;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Pipelines.Standalone;

/// <summary>
/// Writes arithmetic as ONNX nodes. It keeps to operators and inputs that mean the same in every operator set from
/// <see cref="LeastOperatorSet"/> on, so that the nodes fit behind any network.
/// </summary>
internal sealed class GraphOperators
{
    /// <summary>What the names of all its nodes and tensors start with.</summary>
    public const string Prefix = "MlNetVision.Standalone.";

    /// <summary>ai.onnx 11: NonMaxSuppression is of 10; Clip with tensors, GatherND and Softmax of the last axis are of 11.</summary>
    public const long LeastOperatorSet = 11;

    private readonly OnnxGraphBuilder _builder = new("standalone");
    private int _count;

    public string Floats(ReadOnlySpan<float> values, params ReadOnlySpan<long> shape) => _builder.Floats(Name("Floats"), values, shape);

    public string Number(float value) => Floats([value]);

    public string Integers(params ReadOnlySpan<long> values) => _builder.Integers(Name("Integers"), values, values.Length);

    public string Integer(long value) => _builder.Integers(Name("Integer"), [value]);

    public string Strings(IReadOnlyList<string> values) => _builder.Strings(Name("Strings"), values, values.Count);

    public string Do(string operation, IEnumerable<string> inputs, params ReadOnlySpan<(string Name, object Value)> attributes) =>
        _builder.Node(operation, Name(operation), inputs, attributes);

    /// <summary>Largest first; equal ones stay in order.</summary>
    public (string Values, string Positions) Sort(string vector)
    {
        var (values, positions) = (Name("Sorted"), Name("Order"));
        _builder.NodeWithOutputs("TopK", Name("TopK"), [vector, Do("Shape", [vector])], [values, positions], ("axis", 0L));
        return (values, positions);
    }

    public string Add(string a, string b) => Do("Add", [a, b]);

    public string Subtract(string a, string b) => Do("Sub", [a, b]);

    public string Multiply(string a, string b) => Do("Mul", [a, b]);

    public string And(string a, string b) => Do("And", [a, b]);

    public string Clip(string a, float low, float high) => Do("Clip", [a, Number(low), Number(high)]);

    public string Reshape(string a, params ReadOnlySpan<long> shape) => Do("Reshape", [a, Integers(shape)]);

    public string Transpose(string a, params long[] axes) => Do("Transpose", [a], ("perm", axes));

    public string Concat(IEnumerable<string> parts, long axis) => Do("Concat", parts, ("axis", axis));

    public string Slice(string a, long start, long end, long axis) => Do("Slice", [a, Integers(start), Integers(end), Integers(axis)]);

    public string Gather(string a, string positions, long axis = 0) => Do("Gather", [a, positions], ("axis", axis));

    /// <summary>One place on an axis, which goes away.</summary>
    public string At(string a, long position, long axis) => Gather(a, Integer(position), axis);

    /// <summary>The positions at which a vector of truth values is true.</summary>
    public string Positions(string mask) => At(Do("NonZero", [mask]), 0, 0);

    /// <summary>Makes a tensor an output of the graph.</summary>
    public void Output(string name, string tensor, TensorProto.Types.DataType type, params ReadOnlySpan<long> shape)
    {
        _builder.NodeWithOutputs("Identity", Name("Identity"), [tensor], [name]);
        _builder.Output(name, type, shape);
    }

    /// <summary>The nodes, stored tensors and outputs.</summary>
    public GraphProto Build() => _builder.Build().Graph;

    private string Name(string what) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{what}{++_count}");
}
