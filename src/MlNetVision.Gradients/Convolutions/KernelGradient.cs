namespace MlNetVision.Gradients.Convolutions;

/// <summary>
/// The gradient of a convolution's kernel: for each of its places the product of dY, M × (N·out), with the input that this place meets,
/// (N·out) × C. One large product a place is several times faster than one convolution with samples and channels swapped.
/// </summary>
internal static class KernelGradient
{
    /// <summary>Up to so many input channels the products are too thin, and the convolution wins.</summary>
    private const long FewChannels = 4;

    /// <param name="scope">The graph.</param>
    /// <param name="x">The input, N × C × spatial.</param>
    /// <param name="w">The kernel, M × C/groups × places.</param>
    /// <param name="dy">The gradient of the output, N × M × windows.</param>
    /// <param name="windows">How the windows lie.</param>
    /// <param name="groups">The number of groups.</param>
    public static string Of(GradientScope scope, string x, string w, string dy, Windows windows, long groups)
    {
        var (m, c) = (scope.Size(w, 0), scope.Size(w, 1));
        if (c == 1 && m == groups) return Depthwise(scope, x, w, dy, windows);
        if (groups == 1 && c <= FewChannels) return Swapped(scope, x, dy, windows);
        return Products(scope, x, w, dy, windows, groups);
    }

    private static string Products(GradientScope scope, string x, string w, string dy, Windows windows, long groups)
    {
        var (m, c) = (scope.Size(w, 0), scope.Size(w, 1));
        var places = windows.Places().ToArray();
        var last = scope.Node("Transpose", [x], ("perm", (long[])[0, .. windows.Axes, 1]));
        var padded = Pad(scope, last, windows, 1);
        var left = scope.Node("Transpose", [dy], ("perm", (long[])[1, 0, .. windows.Axes]));
        left = scope.Node("Reshape", [left, scope.Constant((long[])(groups == 1 ? [m, -1] : [groups, m / groups, -1]))]);
        string[] products = [.. places.Select(p => scope.Node("MatMul", [left, Right(scope, Met(scope, padded, windows, p, 1), c, groups)]))];
        if (places.Length == 1) return scope.Node("Reshape", [products[0], scope.ShapeOf(w)]);
        var stacked = scope.Node("Concat", products.Select(p => scope.Node("Reshape", [p, scope.Constant([1, m, c])])), ("axis", 0L));
        return scope.Node("Reshape", [scope.Node("Transpose", [stacked], ("perm", (long[])[1, 2, 0])), scope.ShapeOf(w)]);
    }

    private static string Right(GradientScope scope, string met, long c, long groups)
    {
        if (groups == 1) return scope.Node("Reshape", [met, scope.Constant([-1, c])]);
        return scope.Node("Transpose", [scope.Node("Reshape", [met, scope.Constant([-1, groups, c])])], ("perm", (long[])[1, 0, 2]));
    }

    private static string Depthwise(GradientScope scope, string x, string w, string dy, Windows windows)
    {
        var padded = Pad(scope, x, windows, 2);
        var sums = windows.Places().Select(p => ConvRule.Bias(scope, scope.Node("Mul", [Met(scope, padded, windows, p, 2), dy]), windows));
        var stacked = scope.Node("Concat", sums.Select(s => scope.Node("Reshape", [s, scope.Constant([-1, 1])])), ("axis", 1L));
        return scope.Node("Reshape", [stacked, scope.ShapeOf(w)]);
    }

    /// <summary>The convolution of the input with dY as its kernel, samples in the part of channels; strides and dilations change places.</summary>
    private static string Swapped(GradientScope scope, string x, string dy, Windows windows)
    {
        long[] order = [1, 0, .. windows.Axes];
        var (left, right) = (scope.Node("Transpose", [x], ("perm", order)), scope.Node("Transpose", [dy], ("perm", order)));
        var all = scope.Node("Conv", [left, right], ("strides", windows.Dilations), ("dilations", windows.Strides), ("pads", windows.Pads));
        var kept = windows.Strides.All(s => s == 1)
            ? all
            : scope.Node("Slice", [all, scope.Constant(new long[windows.Rank]), scope.Constant(windows.Kernel), scope.Constant(windows.Axes)]);
        return scope.Node("Transpose", [kept], ("perm", order));
    }

    private static string Pad(GradientScope scope, string x, Windows windows, int firstAxis)
    {
        if (windows.Pads.All(p => p == 0)) return x;
        long[] Around(long[] pads) => [.. new long[firstAxis], .. pads, .. new long[2 - firstAxis]];
        return scope.Node("Pad", [x, scope.Constant([.. Around(windows.Front), .. Around(windows.Back)])]);
    }

    /// <summary>The part of the padded input that one place of the kernel meets. Counted from the end, so that no size need be known.</summary>
    private static string Met(GradientScope scope, string padded, Windows windows, long[] place, int firstAxis)
    {
        if (windows.Strides.All(s => s == 1) && Enumerable.Range(0, windows.Rank).All(i => windows.Reach(i) == 0)) return padded;
        long[] ends = [.. place.Select((p, i) => p == windows.Reach(i) ? long.MaxValue : p - windows.Reach(i))];
        long[] axes = [.. Enumerable.Range(firstAxis, windows.Rank).Select(i => (long)i)];
        return scope.Node("Slice", [padded, scope.Constant(place), scope.Constant(ends), scope.Constant(axes), scope.Constant(windows.Strides)]);
    }
}
