using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Rules;

/// <summary>Operators that take one value out of a window, or of a whole channel.</summary>
internal static class PoolingRules
{
    public static IEnumerable<(string Operator, GradientRule Rule)> All =>
    [
        ("MaxPool", MaxPool),
        ("AveragePool", AveragePool),
        ("GlobalAveragePool", GlobalAverage),
        ("GlobalMaxPool", GlobalMax),
    ];

    /// <summary>y is the mean of n values: every x gets dy/n.</summary>
    private static void GlobalAverage(GradientScope scope, NodeProto node) =>
        Global(scope, node, (dy, x, y, spatial) => (dy / scope.Count(x, spatial)).Expand(x.Shape()));

    /// <summary>y is the largest x of a channel: dy goes to the x that is it, in equal shares where there are several.</summary>
    private static void GlobalMax(GradientScope scope, NodeProto node) => Global(scope, node, (dy, x, y, spatial) =>
    {
        var chosen = x.EqualTo(y).Cast(DataType.Float);
        return chosen * (dy / chosen.Sum(spatial));
    });

    private static void Global(GradientScope scope, NodeProto node, Func<GraphTensor, GraphTensor, GraphTensor, long[], GraphTensor> gradient)
    {
        var x = scope[node.Input[0]];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        scope.Accumulate(x, gradient(dy, x, scope[node.Output[0]], [.. Enumerable.Range(2, scope.Known(x).Length - 2).Select(i => (long)i)]));
    }

    /// <summary>
    /// y is the largest x of a window: dy goes to that x. Where windows do not tile the input, its position is MaxPool's second output, and an x may be the
    /// largest of several windows.
    /// </summary>
    private static void MaxPool(GradientScope scope, NodeProto node)
    {
        var x = scope[node.Input[0]];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        if (node.Integer("storage_order", 0) != 0) throw scope.Unsupported(node, "with storage_order 1");
        var kernel = node.Integers("kernel_shape");
        var strides = Windows.Each(node, "strides", kernel.Length, 1);
        var dilated = Windows.Each(node, "dilations", kernel.Length, 1).Any(d => d != 1);
        var y = scope[node.Output[0]];
        if (!dilated && IsTiled(scope, x, y, kernel, strides))
        {
            scope.Accumulate(x, ByComparing(x, y, dy, kernel));
            return;
        }
        var indices = scope.Graph.OutputOf(node, 1);
        var apart = !dilated && strides.Zip(kernel).All(p => p.First >= p.Second);
        scope.Accumulate(x, apart ? Unpool(x, dy, indices, kernel.Length) : Scatter(x, dy, indices));
    }

    /// <summary>Whether the windows cover the input without a gap, an overlap or a border.</summary>
    private static bool IsTiled(GradientScope scope, GraphTensor x, GraphTensor y, long[] kernel, long[] strides)
    {
        var (sizes, outputs) = (scope.Known(x)[2..], scope.Known(y)[2..]);
        return kernel.Length == 2 && strides.SequenceEqual(kernel) && sizes.Zip(outputs, (s, o) => s is { } size && o is { } count ? (size, count) : (1, 0))
            .Zip(kernel, (p, k) => p.size == p.count * k).All(fits => fits);
    }

    /// <summary>
    /// dy goes to every x that equals the largest of its window, in equal shares where there are several. ONNX Runtime does this in a third of the time that
    /// it takes to find and use indices.
    /// </summary>
    private static GraphTensor ByComparing(GraphTensor x, GraphTensor y, GraphTensor dy, long[] kernel)
    {
        var graph = x.Graph;
        GraphTensor Spread(GraphTensor tensor) => graph.Node("Resize", [tensor, "", graph.Floats([1, 1, kernel[0], kernel[1]], 4)],
            ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        var chosen = x.EqualTo(Spread(y)).Cast(DataType.Float);
        var share = chosen.Do("AveragePool", ("kernel_shape", kernel), ("strides", kernel)) * (kernel[0] * kernel[1]);
        return chosen * Spread(dy / share);
    }

    /// <summary>The kernel only tells the least size of the output, which pads may go below; one of 1 asks for nothing.</summary>
    private static GraphTensor Unpool(GraphTensor x, GraphTensor dy, GraphTensor indices, int rank) =>
        x.Graph.Node("MaxUnpool", [dy, indices, x.Shape()], ("kernel_shape", Enumerable.Repeat(1L, rank).ToArray()));

    private static GraphTensor Scatter(GraphTensor x, GraphTensor dy, GraphTensor indices)
    {
        var zeros = x.Do("Size").Reshape(1).Do("ConstantOfShape");
        return x.Graph.Node("ScatterElements", [zeros, indices.Reshape(-1), dy.Reshape(-1)], ("reduction", "add")).Do("Reshape", x.Shape());
    }

    /// <summary>
    /// y is the mean of a window: every x of it gets dy/n, with n as <c>count_include_pad</c> counts. A transposed convolution of ones spreads it.
    /// </summary>
    private static void AveragePool(GradientScope scope, NodeProto node)
    {
        var x = scope[node.Input[0]];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        var windows = Windows.Of(scope, node, node.Integers("kernel_shape"));
        scope.Accumulate(x, Spread(scope, x, dy / Counts(scope, x, dy, node, windows), windows));
    }

    /// <summary>The number of values of each window. Where nothing is padded it is the same for all; otherwise sizes must be known.</summary>
    private static GraphTensor Counts(GradientScope scope, GraphTensor x, GraphTensor dy, NodeProto node, Windows windows)
    {
        var padded = node.Integer("count_include_pad", 0) != 0;
        if (node.Integer("ceil_mode", 0) == 0 && (padded || windows.Pads.All(p => p == 0)))
            return scope.Graph.Scalar(windows.Positions);
        var counts = new float[] { 1 };
        for (var axis = 0; axis < windows.Rank; axis++)
        {
            var along = Along(scope.Size(x, axis + 2), scope.Size(dy, axis + 2), windows, axis, padded);
            counts = [.. counts.SelectMany(c => along.Select(n => c * n))];
        }
        return scope.Graph.Floats(counts, [1, 1, .. Enumerable.Range(0, windows.Rank).Select(i => scope.Size(dy, i + 2))]);
    }

    /// <summary>Places of each window that count: those on the input, or, with padding, all up to the end of the back padding.</summary>
    private static IEnumerable<int> Along(long size, long outputs, Windows windows, int axis, bool padded)
    {
        var (first, end) = padded ? (-windows.Front[axis], size + windows.Back[axis]) : (0, size);
        for (var o = 0L; o < outputs; o++)
        {
            var start = (o * windows.Strides[axis]) - windows.Front[axis];
            yield return Enumerable.Range(0, (int)windows.Kernel[axis])
                .Count(k => start + (k * windows.Dilations[axis]) is var at && at >= first && at < end);
        }
    }

    /// <summary>Without pads, and longer than any input can be; what belongs to the input is cut out.</summary>
    private static GraphTensor Spread(GradientScope scope, GraphTensor x, GraphTensor share, Windows windows)
    {
        var graph = scope.Graph;
        var channels = scope.Size(x, 1);
        var ones = new float[windows.Kernel.Aggregate(channels, (a, b) => a * b)];
        Array.Fill(ones, 1);
        var spread = graph.Node("ConvTranspose", [share, graph.Floats(ones, [channels, 1, .. windows.Kernel])], ("group", channels),
            ("strides", windows.Strides), ("dilations", windows.Dilations), ("output_padding", (long[])[.. windows.Strides.Select(s => s - 1)]));
        var front = graph.Integers(windows.Front);
        var ends = x.Shape().Do("Slice", graph.Integers(2), graph.Integers(long.MaxValue)) + front;
        return spread.Do("Slice", front, ends, graph.Integers(windows.Axes));
    }
}

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

    /// <summary>The number of positions of a window.</summary>
    public long Positions => Kernel.Aggregate(1L, (a, b) => a * b);

    /// <summary>Whether each window is one value of the input, and each value one window.</summary>
    public bool IsPoint => Positions == 1 && Strides.All(s => s == 1) && Pads.All(p => p == 0);

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
