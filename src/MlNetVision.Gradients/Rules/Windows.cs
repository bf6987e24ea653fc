using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Rules;

/// <summary>How the windows of a convolution or pooling lie on an input N × C × spatial axes; one entry for each spatial axis.</summary>
/// <param name="Kernel">The size of a window.</param>
/// <param name="Strides">Steps between windows.</param>
/// <param name="Dilations">Steps between the positions of a window.</param>
/// <param name="Front">Padding before the input.</param>
/// <param name="Back">Padding behind it.</param>
internal sealed record Windows(long[] Kernel, long[] Strides, long[] Dilations, long[] Front, long[] Back)
{
    public int Rank => Kernel.Length;

    /// <summary>The spatial axes of the input.</summary>
    public long[] Axes => [.. Enumerable.Range(2, Rank).Select(i => (long)i)];

    /// <summary>Front and back padding as the attribute <c>pads</c> has it.</summary>
    public long[] Pads => [.. Front, .. Back];

    /// <summary>The distance from the first position of a window to the last along an axis.</summary>
    public long Reach(int axis) => Dilations[axis] * (Kernel[axis] - 1);

    /// <summary>All positions of a window as offsets, the last axis running fastest.</summary>
    public IEnumerable<long[]> Places()
    {
        IEnumerable<long[]> positions = [[]];
        for (var axis = 0; axis < Rank; axis++)
        {
            var along = axis;
            positions = [.. positions.SelectMany(p => Enumerable.Range(0, (int)Kernel[along]).Select(i => (long[])[.. p, i * Dilations[along]]))];
        }
        return positions;
    }

    /// <param name="scope">The graph.</param>
    /// <param name="node">A Conv, MaxPool or AveragePool.</param>
    /// <param name="kernel">The size of a window.</param>
    public static Windows Of(GradientScope scope, NodeProto node, long[] kernel)
    {
        var rank = kernel.Length;
        var strides = Each(node, "strides", rank, 1);
        var dilations = Each(node, "dilations", rank, 1);
        var pads = node.Integers("pads") is { Length: > 0 } given ? given : new long[2 * rank];
        var auto = node.Text("auto_pad", "NOTSET");
        if (auto is "NOTSET") return new Windows(kernel, strides, dilations, pads[..rank], pads[rank..]);
        var totals = new long[rank];
        if (auto is "SAME_UPPER" or "SAME_LOWER")
            for (var i = 0; i < rank; i++) totals[i] = Same(scope, node, i, strides[i], dilations[i] * (kernel[i] - 1));
        return Distribute(kernel, strides, dilations, totals, auto == "SAME_UPPER");
    }

    /// <summary>An odd padding is larger behind the input with SAME_UPPER, before it with SAME_LOWER.</summary>
    public static Windows Distribute(long[] kernel, long[] strides, long[] dilations, long[] totals, bool upper)
    {
        long[] less = [.. totals.Select(t => t / 2)], more = [.. totals.Select(t => t - (t / 2))];
        return new Windows(kernel, strides, dilations, upper ? less : more, upper ? more : less);
    }

    public static long[] Each(NodeProto node, string attribute, int rank, long missing) =>
        node.Integers(attribute) is { Length: > 0 } values ? values : [.. Enumerable.Repeat(missing, rank)];

    /// <summary>What it takes for ⌈in/stride⌉ windows; with a stride of 1 the size of the input does not matter.</summary>
    private static long Same(GradientScope scope, NodeProto node, int axis, long stride, long reach)
    {
        if (stride == 1) return reach;
        if (scope.Known(node.Input[0])[axis + 2] is not { } size) throw scope.Unsupported(node, "with auto_pad and a stride on a free size");
        var windows = (size + stride - 1) / stride;
        return Math.Max(0, ((windows - 1) * stride) + reach + 1 - size);
    }
}
