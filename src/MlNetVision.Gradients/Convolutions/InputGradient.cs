namespace MlNetVision.Gradients.Convolutions;

/// <summary>
/// The gradient of a convolution's input. Stride 1: the convolution of dY with the kernel turned by 180° and its channels swapped. Otherwise
/// the transposed convolution of dY.
/// </summary>
internal static class InputGradient
{
    public static string Of(GradientScope scope, string x, string w, string dy, Windows windows, long groups)
    {
        var plain = windows.Strides.All(s => s == 1) && Enumerable.Range(0, windows.Rank).All(i => windows.Reach(i) >= Math.Max(windows.Front[i], windows.Back[i]));
        return plain ? Convolve(scope, w, dy, windows, groups) : Transposed(scope, x, w, dy, windows, groups);
    }

    private static string Convolve(GradientScope scope, string w, string dy, Windows windows, long groups)
    {
        long[] front = [.. windows.Front.Select((p, i) => windows.Reach(i) - p)], back = [.. windows.Back.Select((p, i) => windows.Reach(i) - p)];
        return scope.Node("Conv", [dy, Turned(scope, w, windows, groups)], ("pads", (long[])[.. front, .. back]), ("dilations", windows.Dilations), ("group", groups));
    }

    /// <summary>M × C/groups × kernel becomes C × M/groups × kernel, the places of the kernel in reverse order.</summary>
    private static string Turned(GradientScope scope, string w, Windows windows, long groups)
    {
        var (m, c) = (scope.Size(w, 0), scope.Size(w, 1));
        var places = windows.Kernel.Aggregate(1L, (a, b) => a * b);
        var turned = w;
        if (m > groups || c > 1)
        {
            turned = scope.Node("Reshape", [turned, scope.Constant([groups, m / groups, c, places])]);
            turned = scope.Node("Transpose", [turned], ("perm", (long[])[0, 2, 1, 3]));
        }
        if (places > 1)
        {
            turned = scope.Node("Reshape", [turned, scope.Constant([groups * c * (m / groups), places])]);
            turned = scope.Node("MatMul", [turned, Exchange(scope, (int)places)]);
        }
        return scope.Node("Reshape", [turned, scope.Constant([groups * c, m / groups, .. windows.Kernel])]);
    }

    /// <summary>Ones on the other diagonal reverse a row. ONNX Runtime does that product several times faster than a Gather or a Slice backwards.</summary>
    private static string Exchange(GradientScope scope, int size)
    {
        var ones = new float[size * size];
        for (var i = 0; i < size; i++) ones[(i * size) + size - 1 - i] = 1;
        return scope.Constant(ones, [size, size]);
    }

    /// <summary>Input behind the last window gets no gradient: <c>output_padding</c> where its size is known, else as much as there can be, cut off.</summary>
    private static string Transposed(GradientScope scope, string x, string w, string dy, Windows windows, long groups)
    {
        var (sizes, outputs) = (scope.Known(x)[2..], scope.Known(dy)[2..]);
        var known = sizes.Concat(outputs).All(d => d.HasValue);
        long[] rest = [.. windows.Strides.Select((s, i) => known
            ? sizes[i]!.Value + windows.Front[i] + windows.Back[i] - windows.Reach(i) - 1 - (s * (outputs[i]!.Value - 1))
            : s - 1)];
        var dx = scope.Node("ConvTranspose", [dy, w], ("strides", windows.Strides), ("dilations", windows.Dilations), ("pads", windows.Pads),
            ("output_padding", rest), ("group", groups));
        if (known) return dx;
        var ends = scope.Node("Slice", [scope.Node("Shape", [x]), scope.Constant([2]), scope.Constant([windows.Rank + 2])]);
        return scope.Node("Slice", [dx, scope.Constant(new long[windows.Rank]), ends, scope.Constant(windows.Axes)]);
    }
}
