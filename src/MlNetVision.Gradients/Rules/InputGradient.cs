using MlNetVision.Onnx;

namespace MlNetVision.Gradients.Rules;

/// <summary>
/// The gradient of a convolution's input. Stride 1: the convolution of dY with the kernel turned by 180° and its channels swapped. Otherwise
/// the transposed convolution of dY.
/// </summary>
internal static class InputGradient
{
    public static GraphTensor Of(GradientScope scope, GraphTensor x, GraphTensor w, GraphTensor dy, Windows windows, long groups)
    {
        var plain = windows.Strides.All(s => s == 1) && Enumerable.Range(0, windows.Rank).All(i => windows.Reach(i) >= Math.Max(windows.Front[i], windows.Back[i]));
        return plain ? Convolve(scope, w, dy, windows, groups) : Transposed(scope, x, w, dy, windows, groups);
    }

    private static GraphTensor Convolve(GradientScope scope, GraphTensor w, GraphTensor dy, Windows windows, long groups)
    {
        long[] front = [.. windows.Front.Select((p, i) => windows.Reach(i) - p)], back = [.. windows.Back.Select((p, i) => windows.Reach(i) - p)];
        return scope.Graph.Node("Conv", [dy, Turned(scope, w, windows, groups)], ("pads", (long[])[.. front, .. back]), ("dilations", windows.Dilations), ("group", groups));
    }

    /// <summary>M × C/groups × kernel becomes C × M/groups × kernel, the positions of the kernel in reverse order.</summary>
    private static GraphTensor Turned(GradientScope scope, GraphTensor w, Windows windows, long groups)
    {
        var (m, c) = (scope.Size(w, 0), scope.Size(w, 1));
        var positions = windows.Kernel.Aggregate(1L, (a, b) => a * b);
        var turned = w;
        if (m > groups || c > 1) turned = turned.Reshape(groups, m / groups, c, positions).Transpose(0, 2, 1, 3);
        if (positions > 1) turned = turned.Reshape(groups * c * (m / groups), positions).MatMul(Exchange(scope.Graph, (int)positions));
        return turned.Reshape([groups * c, m / groups, .. windows.Kernel]);
    }

    /// <summary>Ones on the other diagonal reverse a row. ONNX Runtime does that product several times faster than a Gather or a Slice backwards.</summary>
    private static GraphTensor Exchange(GraphWriter graph, int size)
    {
        var ones = new float[size * size];
        for (var i = 0; i < size; i++) ones[(i * size) + size - 1 - i] = 1;
        return graph.Floats(ones, size, size);
    }

    /// <summary>Input behind the last window gets no gradient: <c>output_padding</c> where its size is known, else as much as there can be, cut off.</summary>
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
