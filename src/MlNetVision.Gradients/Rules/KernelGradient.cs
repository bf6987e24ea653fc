using MlNetVision.Onnx;

namespace MlNetVision.Gradients.Rules;

/// <summary>
/// The gradient of a convolution's kernel: for each of its positions the product of dY, M × (N·out), with the input that this position meets,
/// (N·out) × C. One large product a position is several times faster than one convolution with samples and channels swapped.
/// </summary>
internal static class KernelGradient
{
    /// <summary>Up to so many input channels the products are too thin, and the convolution wins.</summary>
    private const long FewChannels = 4;

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
        if (groups == 1 && c <= FewChannels) return Swapped(x, dy, windows);
        return Products(x, w, dy, windows, (m, c, groups));
    }

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

    /// <summary>The convolution of the input with dY as its kernel, samples in the part of channels; strides and dilations change places.</summary>
    private static GraphTensor Swapped(GraphTensor x, GraphTensor dy, Windows windows)
    {
        long[] order = [1, 0, .. windows.Axes];
        var all = x.Graph.Node("Conv", [x.Transpose(order), dy.Transpose(order)],
            ("strides", windows.Dilations), ("dilations", windows.Strides), ("pads", windows.Pads));
        var kept = windows.Strides.All(s => s == 1) ? all : all.Slice(new long[windows.Rank], windows.Kernel, windows.Axes);
        return kept.Transpose(order);
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
