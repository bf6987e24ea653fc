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
            scope.Accumulate(x, scope.Graph.Node("Conv", [dy, w], ("strides", windows.Strides), ("dilations", windows.Dilations), ("pads", windows.Pads), ("group", groups)));
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
            return Windows.Distribute(kernel, strides, dilations, [.. Enumerable.Range(0, rank).Select(i => Math.Max(0, (dilations[i] * (kernel[i] - 1)) + 1 + more[i] - strides[i]))], auto == "SAME_UPPER");
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
