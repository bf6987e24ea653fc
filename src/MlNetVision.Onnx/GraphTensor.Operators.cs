using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx;

// The operators that formulas use, as methods. Their axes may be negative, counted from the last.
public readonly partial record struct GraphTensor
{
    // From these operator sets on axes are an input, not an attribute.
    private const long ReduceSumAxesAreInput = 13;
    private const long ReduceAxesAreInput = 18;

    /// <summary>|x|.</summary>
    public GraphTensor Abs() => Do("Abs");

    /// <summary>eˣ.</summary>
    public GraphTensor Exp() => Do("Exp");

    /// <summary>ln x.</summary>
    public GraphTensor Log() => Do("Log");

    /// <summary>√x.</summary>
    public GraphTensor Sqrt() => Do("Sqrt");

    /// <summary>x².</summary>
    public GraphTensor Square() => this * this;

    /// <summary>1/x.</summary>
    public GraphTensor Reciprocal() => Do("Reciprocal");

    /// <summary>xᵇ.</summary>
    public GraphTensor Pow(GraphTensor exponent) => Do("Pow", exponent);

    /// <summary>−1, 0 or 1.</summary>
    public GraphTensor Sign() => Do("Sign");

    /// <summary>1/(1 + e⁻ˣ).</summary>
    public GraphTensor Sigmoid() => Do("Sigmoid");

    /// <summary>tanh x.</summary>
    public GraphTensor Tanh() => Do("Tanh");

    /// <summary>max(x, 0).</summary>
    public GraphTensor Relu() => Do("Relu");

    /// <summary>x bounded to a range.</summary>
    public GraphTensor Clip(float low, float high) => Do("Clip", Graph.Scalar(low), Graph.Scalar(high));

    /// <summary>The larger of two, element by element.</summary>
    public GraphTensor Max(GraphTensor other) => Do("Max", other);

    /// <summary>Where two tensors are equal: a bool tensor.</summary>
    public GraphTensor EqualTo(GraphTensor other) => Do("Equal", other);

    /// <summary>Of a bool tensor: one tensor where it is true, another where it is false.</summary>
    public GraphTensor Where(GraphTensor yes, GraphTensor no) => Do("Where", yes, no);

    /// <summary>Of a bool tensor: a tensor where it is true, a number where it is false.</summary>
    public GraphTensor Where(GraphTensor yes, float no) => Where(yes, Graph.Scalar(no));

    /// <summary>The matrix product over the last two axes.</summary>
    public GraphTensor MatMul(GraphTensor other) => Do("MatMul", other);

    /// <summary>The values in another element type.</summary>
    public GraphTensor Cast(DataType type) => Do("Cast", ("to", (long)type));

    /// <summary>The same values in another shape; one dimension may be −1.</summary>
    public GraphTensor Reshape(params ReadOnlySpan<long> shape) => Do("Reshape", Graph.Integers(shape));

    /// <summary>The axes in another order.</summary>
    public GraphTensor Transpose(params long[] order) => Do("Transpose", ("perm", order));

    /// <summary>A slice of one axis, the end excluded; <see cref="long.MaxValue"/> is the end, negative positions count from the end.</summary>
    public GraphTensor Slice(long start, long end, long axis) => Do("Slice", Graph.Integers(start), Graph.Integers(end), Graph.Integers(axis));

    /// <summary>Slices of several axes.</summary>
    /// <param name="starts">The first position on each.</param>
    /// <param name="ends">The position behind the last on each.</param>
    /// <param name="axes">The axes.</param>
    /// <param name="steps">The steps on each; none: 1.</param>
    public GraphTensor Slice(ReadOnlySpan<long> starts, ReadOnlySpan<long> ends, ReadOnlySpan<long> axes, ReadOnlySpan<long> steps = default) =>
        steps.Length == 0
        ? Do("Slice", Graph.Integers(starts), Graph.Integers(ends), Graph.Integers(axes))
        : Do("Slice", Graph.Integers(starts), Graph.Integers(ends), Graph.Integers(axes), Graph.Integers(steps));

    /// <summary>The entries at positions of an axis.</summary>
    public GraphTensor Gather(GraphTensor positions, long axis = 0) => Graph.Node("Gather", [this, positions], ("axis", axis));

    /// <summary>One position of an axis; the axis is removed.</summary>
    public GraphTensor At(long position, long axis) => Gather(Graph.Integer(position), axis);

    /// <summary>The dimensions, int64; constant where they are known and the writer infers shapes.</summary>
    public GraphTensor Shape() => Graph.ShapeOf(this) is { } shape && Array.TrueForAll(shape, d => d.HasValue)
        ? Graph.Integers([.. shape.Select(d => d!.Value)])
        : Do("Shape");

    /// <summary>Spread to a shape by broadcasting.</summary>
    public GraphTensor Expand(GraphTensor shape) => Do("Expand", shape);

    /// <summary>Axes of one more.</summary>
    public GraphTensor Unsqueeze(params long[] axes) => Graph.OperatorSet >= ReduceSumAxesAreInput
        ? Do("Unsqueeze", Graph.Integers(axes))
        : Do("Unsqueeze", ("axes", axes));

    /// <summary>Axes of one fewer.</summary>
    public GraphTensor Squeeze(params long[] axes) => Graph.OperatorSet >= ReduceSumAxesAreInput
        ? Do("Squeeze", Graph.Integers(axes))
        : Do("Squeeze", ("axes", axes));

    /// <summary>The sum over axes.</summary>
    /// <param name="axes">The axes; null: all.</param>
    /// <param name="keepAxes">Whether they stay as axes of one. Default true.</param>
    public GraphTensor Sum(long[]? axes, bool keepAxes = true) => Reduce("ReduceSum", axes, keepAxes, ReduceSumAxesAreInput);

    /// <summary>The mean over axes.</summary>
    /// <param name="axes">The axes; null: all.</param>
    /// <param name="keepAxes">Whether they stay as axes of one. Default true.</param>
    public GraphTensor Mean(long[]? axes, bool keepAxes = true) => Reduce("ReduceMean", axes, keepAxes, ReduceAxesAreInput);

    /// <summary>The largest value along axes.</summary>
    /// <param name="axes">The axes; null: all.</param>
    /// <param name="keepAxes">Whether they stay as axes of one. Default true.</param>
    public GraphTensor ReduceMax(long[]? axes, bool keepAxes = true) => Reduce("ReduceMax", axes, keepAxes, ReduceAxesAreInput);

    /// <summary>Softmax along an axis (from operator set 13 on; before, over all axes from it).</summary>
    public GraphTensor Softmax(long axis) => Do("Softmax", ("axis", axis));

    /// <summary>The logarithm of softmax along an axis.</summary>
    public GraphTensor LogSoftmax(long axis) => Do("LogSoftmax", ("axis", axis));

    /// <summary>Of a bool vector: the positions at which it is true, an int64 vector.</summary>
    public GraphTensor Positions() => Do("NonZero").At(0, 0);

    /// <summary>Of a vector: its values from the largest to the smallest, and their positions, int64. Equal ones stay in order.</summary>
    public (GraphTensor Values, GraphTensor Positions) SortDescending()
    {
        var sorted = Graph.Nodes("TopK", [this, Do("Shape")], 2, ("axis", 0L));
        return (sorted[0], sorted[1]);
    }

    private GraphTensor Reduce(string operation, long[]? axes, bool keepAxes, long axesAreInput)
    {
        (string, object) keep = ("keepdims", keepAxes ? 1L : 0L);
        if (axes is null) return Graph.Node(operation, [this], keep);
        return Graph.OperatorSet >= axesAreInput
            ? Graph.Node(operation, [this, Graph.Integers(axes)], keep)
            : Graph.Node(operation, [this], ("axes", axes), keep);
    }
}
