using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Rules;

/// <summary>Convolutions; see <see cref="InputGradient"/> and <see cref="KernelGradient"/>.</summary>
internal static class ConvolutionRules
{
    public static IEnumerable<(string Operator, GradientRule Rule)> All => [("Conv", Conv), ("ConvTranspose", ConvTranspose)];

    /// <summary>ΣdY over samples and positions.</summary>
    public static GraphTensor Bias(GraphTensor dy, Windows windows) => dy.Sum([0, .. windows.Axes], keepAxes: false);

    /// <summary>Y = X ∗ W + b.</summary>
    private static void Conv(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (x, w) = (scope[node.Input[0]], scope[node.Input[1]]);
        var windows = Windows.Of(scope, node, Kernel(scope, w));
        var groups = node.Integer("group", 1);
        if (scope.NeedsGradient(x)) scope.Accumulate(x, InputGradient.Of(scope, x, w, dy, windows, groups));
        if (scope.NeedsGradient(w)) scope.Accumulate(w, KernelGradient.Of(scope, x, w, dy, windows, groups));
        if (scope.NeedsGradient(node, 2)) scope.Accumulate(node.Input[2], Bias(dy, windows));
    }

    /// <summary>
    /// The convolution with W from Y to X, turned around: dX is that convolution of dY, and dW that convolution's with dY as its input and X as the
    /// gradient of its output.
    /// </summary>
    private static void ConvTranspose(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (x, w) = (scope[node.Input[0]], scope[node.Input[1]]);
        var windows = TransposedWindows(scope, node, Kernel(scope, w));
        var groups = node.Integer("group", 1);
        if (scope.NeedsGradient(x))
            scope.Accumulate(x, scope.Graph.Node("Conv", [dy, w], ("strides", windows.Strides), ("dilations", windows.Dilations),
                ("pads", windows.Pads), ("group", groups)));
        if (scope.NeedsGradient(w)) scope.Accumulate(w, KernelGradient.Of(scope, dy, w, x, windows, groups));
        if (scope.NeedsGradient(node, 2)) scope.Accumulate(node.Input[2], Bias(dy, windows));
    }

    private static long[] Kernel(GradientScope scope, string w) => [.. Enumerable.Range(2, scope.Known(w).Length - 2).Select(i => scope.Size(w, i))];

    /// <summary>Where pads are not given, they follow from out = stride·(in − 1) + output_padding + reach + 1 − pads.</summary>
    private static Windows TransposedWindows(GradientScope scope, NodeProto node, long[] kernel)
    {
        var rank = kernel.Length;
        var (strides, dilations) = (Windows.Each(node, "strides", rank, 1), Windows.Each(node, "dilations", rank, 1));
        var more = Windows.Each(node, "output_padding", rank, 0);
        for (var i = 0; i < rank; i++)
            if (more[i] >= strides[i]) throw scope.Unsupported(node, "with an output_padding of the stride or more");
        var auto = node.Text("auto_pad", "NOTSET");
        if (node.Integers("output_shape") is not { Length: > 0 } shape)
        {
            if (!auto.StartsWith("SAME", StringComparison.Ordinal)) return Windows.Of(scope, node, kernel);
            return Windows.Distribute(kernel, strides, dilations, [.. Enumerable.Range(0, rank)
                .Select(i => Math.Max(0, (dilations[i] * (kernel[i] - 1)) + 1 + more[i] - strides[i]))], auto == "SAME_UPPER");
        }
        var totals = new long[rank];
        for (var i = 0; i < rank; i++)
        {
            if (scope.Known(node.Input[0])[i + 2] is not { } size) throw scope.Unsupported(node, "with output_shape on a free size");
            totals[i] = Math.Max(0, (strides[i] * (size - 1)) + more[i] + (dilations[i] * (kernel[i] - 1)) + 1 - shape[^(rank - i)]);
        }
        return Windows.Distribute(kernel, strides, dilations, totals, auto == "SAME_UPPER");
    }
}

/// <summary>
/// The gradient of a convolution's input. Stride 1: the convolution of dY with the kernel turned by 180° and its channels swapped. Otherwise
/// the transposed convolution of dY.
/// </summary>
internal static class InputGradient
{
    public static GraphTensor Of(GradientScope scope, GraphTensor x, GraphTensor w, GraphTensor dy, Windows windows, long groups)
    {
        var plain = windows.Strides.All(s => s == 1)
            && Enumerable.Range(0, windows.Rank).All(i => windows.Reach(i) >= Math.Max(windows.Front[i], windows.Back[i]));
        return plain ? Convolve(scope, w, dy, windows, groups) : Transposed(scope, x, w, dy, windows, groups);
    }

    private static GraphTensor Convolve(GradientScope scope, GraphTensor w, GraphTensor dy, Windows windows, long groups)
    {
        long[] front = [.. windows.Front.Select((p, i) => windows.Reach(i) - p)], back = [.. windows.Back.Select((p, i) => windows.Reach(i) - p)];
        return scope.Graph.Node("Conv", [dy, Turned(scope, w, windows, groups)], ("pads", (long[])[.. front, .. back]),
            ("dilations", windows.Dilations), ("group", groups));
    }

    /// <summary>M × C/groups × kernel becomes C × M/groups × kernel, the positions of the kernel in reverse order.</summary>
    private static GraphTensor Turned(GradientScope scope, GraphTensor w, Windows windows, long groups)
    {
        var (m, c) = (scope.Size(w, 0), scope.Size(w, 1));
        var positions = windows.Positions;
        var turned = w;
        if (m > groups || c > 1) turned = turned.Reshape(groups, m / groups, c, positions).Transpose(0, 2, 1, 3);
        if (positions > 1) turned = turned.Reshape(groups * c * (m / groups), positions).MatMul(Exchange(scope.Graph, (int)positions));
        return turned.Reshape([groups * c, m / groups, .. windows.Kernel]);
    }

    /// <summary>
    /// Ones on the other diagonal reverse a row. ONNX Runtime does that product several times faster than a Gather or a Slice backwards.
    /// </summary>
    private static GraphTensor Exchange(GraphWriter graph, int size)
    {
        var ones = new float[size * size];
        for (var i = 0; i < size; i++) ones[(i * size) + size - 1 - i] = 1;
        return graph.Floats(ones, size, size);
    }

    /// <summary>
    /// Input behind the last window gets no gradient: <c>output_padding</c> where its size is known, else as much as there can be, cut off.
    /// </summary>
    private static GraphTensor Transposed(GradientScope scope, GraphTensor x, GraphTensor w, GraphTensor dy, Windows windows, long groups)
    {
        var (sizes, outputs) = (scope.Known(x)[2..], scope.Known(dy)[2..]);
        var known = sizes.Concat(outputs).All(d => d.HasValue);
        long[] rest = [.. windows.Strides.Select((s, i) => known
            ? sizes[i]!.Value + windows.Front[i] + windows.Back[i] - windows.Reach(i) - 1 - (s * (outputs[i]!.Value - 1))
            : s - 1)];
        var graph = scope.Graph;
        var dx = graph.Node("ConvTranspose", [dy, w], ("strides", windows.Strides), ("dilations", windows.Dilations), ("pads", windows.Pads),
            ("output_padding", rest), ("group", groups));
        if (known) return dx;
        var ends = x.Do("Shape").Do("Slice", graph.Integers(2), graph.Integers(windows.Rank + 2));
        return dx.Do("Slice", graph.Integers(new long[windows.Rank]), ends, graph.Integers(windows.Axes));
    }
}

/// <summary>
/// The gradient of a convolution's kernel: over all samples and windows, the products of dY with the input that each position of the kernel meets. The form
/// depends on the shape, for speed alone.
/// </summary>
internal static class KernelGradient
{
    /// <summary>Up to so many channels ONNX Runtime multiplies by the unit matrix faster than it moves the axis of channels behind the others.</summary>
    private const long FewChannels = 16;

    /// <param name="scope">The graph.</param>
    /// <param name="x">The input, N × C × spatial.</param>
    /// <param name="w">The kernel, M × C/groups × positions.</param>
    /// <param name="dy">The gradient of the output, N × M × windows.</param>
    /// <param name="windows">How the windows lie.</param>
    /// <param name="groups">The number of groups.</param>
    public static GraphTensor Of(GradientScope scope, GraphTensor x, GraphTensor w, GraphTensor dy, Windows windows, long groups)
    {
        var (m, c) = (scope.Size(w, 0), scope.Size(w, 1));
        if (c == 1 && m == groups) return Depthwise(x, w, dy, windows);
        if (groups > 1 || windows.Rank > 2 || windows.Dilations[^1] > 1) return Products(x, w, dy, windows, (m, c, groups));
        var spatial = scope.Known(x)[2..];
        if (!windows.IsPoint) return Convolution(x, dy, windows, (m, c), spatial);
        var few = spatial.Aggregate((long?)1, (n, d) => n * d) < c;
        return few ? Products(x, w, dy, windows, (m, c, 1)) : Samples(x, w, dy, (m, c));
    }

    /// <summary>
    /// One convolution of the input with dY as its kernel and samples as its channels; strides and dilations are exchanged. The C channels of the input lie
    /// behind each other along the last axis, where a dilation of C makes the kernel meet one channel: the result is 1 × M × … × positions · C. ONNX Runtime
    /// copies what a block of the kernel meets into the cache as it goes, instead of the whole input for each position.
    /// </summary>
    private static GraphTensor Convolution(GraphTensor x, GraphTensor dy, Windows windows, (long M, long C) size, long?[] spatial)
    {
        long[] Wide(long[] along) => [.. along[..^1], along[^1] * size.C];
        var all = x.Graph.Node("Conv", [ChannelsLast(x, windows, size.C, spatial), dy.Transpose([1, 0, .. windows.Axes])],
            ("strides", windows.Dilations), ("dilations", Wide(windows.Strides)), ("pads", (long[])[.. Wide(windows.Front), .. Wide(windows.Back)]));
        // Input behind the last window.
        if (windows.Strides.Any(s => s > 1)) all = all.Slice(new long[windows.Rank], Wide(windows.Kernel), windows.Axes);
        return all.Reshape(size.M, windows.Positions, size.C).Transpose(0, 2, 1).Reshape([size.M, size.C, .. windows.Kernel]);
    }

    /// <summary>N × C × H × W as 1 × N × H × W·C.</summary>
    private static GraphTensor ChannelsLast(GraphTensor x, Windows windows, long c, long?[] spatial)
    {
        if (c > FewChannels || !spatial.All(d => d.HasValue))
            return x.Transpose([0, .. windows.Axes, 1]).Unsqueeze(0).Reshape([.. new long[windows.Rank + 1], -1]);
        var unit = new float[c * c];
        for (var i = 0; i < c; i++) unit[(i * c) + i] = 1;
        return x.Reshape(0, c, -1).Transpose(0, 2, 1).MatMul(x.Graph.Floats(unit, c, c))
            .Reshape([1, -1, .. spatial[..^1].Select(d => d!.Value), spatial[^1]!.Value * c]);
    }

    /// <summary>A kernel of one position: for each sample the product of dY, M × out, with the input turned, out × C. Nothing is moved.</summary>
    private static GraphTensor Samples(GraphTensor x, GraphTensor w, GraphTensor dy, (long M, long C) size) => dy.Reshape(0, size.M, -1)
        .MatMul(x.Reshape(0, size.C, -1).Transpose(0, 2, 1)).Sum([0], keepAxes: false).Do("Reshape", w.Shape());

    /// <summary>
    /// For each position of the kernel the product of dY, M × (N·out), with the input that this position meets, (N·out) × C. One large product a position is
    /// several times faster than a convolution with samples and channels swapped.
    /// </summary>
    private static GraphTensor Products(GraphTensor x, GraphTensor w, GraphTensor dy, Windows windows, (long M, long C, long Groups) size)
    {
        var padded = Pad(x.Transpose([0, .. windows.Axes, 1]), windows, 1);
        var left = dy.Transpose([1, 0, .. windows.Axes]);
        left = size.Groups == 1 ? left.Reshape(size.M, -1) : left.Reshape(size.Groups, size.M / size.Groups, -1);
        GraphTensor[] products = [.. windows.Places().Select(p => left.MatMul(Right(Met(padded, windows, p, 1), size.C, size.Groups)))];
        if (products.Length == 1) return products[0].Do("Reshape", w.Shape());
        var stacked = w.Graph.Concat(products.Select(p => p.Reshape(1, size.M, size.C)).ToArray(), 0);
        return stacked.Transpose(1, 2, 0).Do("Reshape", w.Shape());
    }

    private static GraphTensor Right(GraphTensor met, long c, long groups) =>
        groups == 1 ? met.Reshape(-1, c) : met.Reshape(-1, groups, c).Transpose(1, 0, 2);

    private static GraphTensor Depthwise(GraphTensor x, GraphTensor w, GraphTensor dy, Windows windows)
    {
        var padded = Pad(x, windows, 2);
        GraphTensor[] sums = [.. windows.Places().Select(p => ConvolutionRules.Bias(Met(padded, windows, p, 2) * dy, windows).Reshape(-1, 1))];
        return w.Graph.Concat(sums, 1).Do("Reshape", w.Shape());
    }

    private static GraphTensor Pad(GraphTensor x, Windows windows, int firstAxis)
    {
        if (windows.Pads.All(p => p == 0)) return x;
        long[] Around(long[] pads) => [.. new long[firstAxis], .. pads, .. new long[2 - firstAxis]];
        return x.Do("Pad", x.Graph.Integers([.. Around(windows.Front), .. Around(windows.Back)]));
    }

    /// <summary>The part of the padded input that one position of the kernel meets. Counted from the end, so that no size need be known.</summary>
    private static GraphTensor Met(GraphTensor padded, Windows windows, long[] position, int firstAxis)
    {
        if (windows.Strides.All(s => s == 1) && Enumerable.Range(0, windows.Rank).All(i => windows.Reach(i) == 0)) return padded;
        long[] ends = [.. position.Select((p, i) => p == windows.Reach(i) ? long.MaxValue : p - windows.Reach(i))];
        long[] axes = [.. Enumerable.Range(firstAxis, windows.Rank).Select(i => (long)i)];
        return padded.Slice(position, ends, axes, windows.Strides);
    }
}
