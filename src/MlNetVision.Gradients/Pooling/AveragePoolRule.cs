using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Gradients.Convolutions;

namespace MlNetVision.Gradients.Pooling;

/// <summary>y is the mean of a window: every x of it gets dy/n, with n as <c>count_include_pad</c> counts. A transposed convolution of ones spreads it.</summary>
internal sealed class AveragePoolRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var x = node.Input[0];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        var windows = Windows.Of(scope, node, node.Integers("kernel_shape"));
        scope.Accumulate(x, Spread(scope, x, scope.Node("Div", [dy, Counts(scope, x, dy, node, windows)]), windows));
    }

    /// <summary>The number of values of each window. Where nothing is padded it is the same for all; otherwise sizes must be known.</summary>
    private static string Counts(GradientScope scope, string x, string dy, NodeProto node, Windows windows)
    {
        var padded = node.Integer("count_include_pad", 0) != 0;
        if (node.Integer("ceil_mode", 0) == 0 && (padded || windows.Pads.All(p => p == 0)))
            return scope.Constant((float)windows.Kernel.Aggregate(1L, (a, b) => a * b));
        var counts = new float[] { 1 };
        for (var axis = 0; axis < windows.Rank; axis++)
        {
            var along = Along(scope.Size(x, axis + 2), scope.Size(dy, axis + 2), windows, axis, padded);
            counts = [.. counts.SelectMany(c => along.Select(n => c * n))];
        }
        return scope.Constant(counts, [1, 1, .. Enumerable.Range(0, windows.Rank).Select(i => scope.Size(dy, i + 2))]);
    }

    /// <summary>Places of each window that count: those on the input, or, with padding, all up to the end of the back padding.</summary>
    private static IEnumerable<int> Along(long size, long outputs, Windows windows, int axis, bool padded)
    {
        var (first, end) = padded ? (-windows.Front[axis], size + windows.Back[axis]) : (0, size);
        for (var o = 0L; o < outputs; o++)
        {
            var start = (o * windows.Strides[axis]) - windows.Front[axis];
            yield return Enumerable.Range(0, (int)windows.Kernel[axis]).Count(k => start + (k * windows.Dilations[axis]) is var at && at >= first && at < end);
        }
    }

    /// <summary>Without pads, and longer than any input can be; what belongs to the input is cut out.</summary>
    private static string Spread(GradientScope scope, string x, string share, Windows windows)
    {
        var channels = scope.Size(x, 1);
        var ones = new float[windows.Kernel.Aggregate(channels, (a, b) => a * b)];
        Array.Fill(ones, 1);
        var spread = scope.Node("ConvTranspose", [share, scope.Constant(ones, [channels, 1, .. windows.Kernel])], ("group", channels),
            ("strides", windows.Strides), ("dilations", windows.Dilations), ("output_padding", (long[])[.. windows.Strides.Select(s => s - 1)]));
        var ends = scope.Node("Add", [scope.Node("Slice", [scope.ShapeOf(x), scope.Constant([2]), scope.Constant([long.MaxValue])]), scope.Constant(windows.Front)]);
        return scope.Node("Slice", [spread, scope.Constant(windows.Front), ends, scope.Constant(windows.Axes)]);
    }
}
