using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Shapes;

/// <summary>Convolutions and poolings, N×C×spatial.</summary>
internal static class ConvolutionShapes
{
    public static IEnumerable<(string Operator, ShapeRule Rule)> Rules =>
    [
        ("Conv", n => Convolve(n, 1, n[0].Type)),
        ("ConvInteger", n => Convolve(n, 1, DataType.Int32)),
        ("QLinearConv", n => Convolve(n, 3, n[7].Type)),
        ("ConvTranspose", Transposed),
        ("MaxPool", Pool),
        ("MaxUnpool", n => n.Set(ConstantShapes.Dimensions(n[2]))),
        ("AveragePool", Pool),
        ("LpPool", Pool),
        .. OperatorRules.Each(Global, "GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool"),
    ];

    /// <summary>The weights are M × C/groups × kernel.</summary>
    private static void Convolve(NodeScope n, int weights, DataType type)
    {
        if (n[0].Shape is not { } x) return;
        var w = n[weights].Shape;
        var kernel = n.Has("kernel_shape") ? n.Node.Integers("kernel_shape").Select(k => (long?)k).ToArray() : w?[2..];
        long?[] spatial = kernel is null ? new long?[x.Length - 2] : [.. x[2..].Select((d, i) => Windows(n, i, d, kernel[i], x.Length - 2))];
        n.Set(0, type, [x[0], w?[0], .. spatial]);
    }

    private static void Pool(NodeScope n)
    {
        if (n[0].Shape is not { } x) return;
        var kernel = n.Node.Integers("kernel_shape");
        long?[] shape = [x[0], x[1], .. x[2..].Select((d, i) => Windows(n, i, d, kernel[i], x.Length - 2))];
        n.Set(shape);
        n.Set(1, DataType.Int64, shape);
    }

    private static void Global(NodeScope n)
    {
        if (n[0].Shape is { } x) n.Set([x[0], x[1], .. x[2..].Select(_ => (long?)1)]);
    }

    /// <summary>
    /// Places of a window along one axis: ⌊(in + pads − extent) / stride⌋ + 1 with extent = dilation·(kernel − 1) + 1.
    /// With <c>ceil_mode</c> the quotient is rounded up, but no window starts beyond the input and its front padding.
    /// </summary>
    private static long? Windows(NodeScope n, int axis, long? size, long? kernel, int axes)
    {
        var stride = At(n, "strides", axis, 1);
        var auto = n.Node.Text("auto_pad", "NOTSET");
        if (auto is "SAME_UPPER" or "SAME_LOWER") return size is { } s ? (s + stride - 1) / stride : null;
        var (front, back) = auto == "VALID" ? (0, 0) : (At(n, "pads", axis, 0), At(n, "pads", axis + axes, 0));
        if (size is null || kernel is null) return null;
        var room = checked(size.Value + front + back - Extent(n, axis, kernel.Value));
        if (room < 0) return null;
        if (n.Node.Integer("ceil_mode", 0) == 0) return (room / stride) + 1;
        var up = ((room + stride - 1) / stride) + 1;
        return (up - 1) * stride >= size + front ? up - 1 : up;
    }

    /// <summary>The weights are C × M/groups × kernel; out = stride·(in − 1) + output padding + extent − pads.</summary>
    private static void Transposed(NodeScope n)
    {
        if (n[0].Shape is not { } x) return;
        var w = n[1].Shape;
        var spatial = new long?[x.Length - 2];
        for (var i = 0; i < spatial.Length; i++)
            spatial[i] = n.Has("output_shape") ? n.Node.Integers("output_shape")[^(spatial.Length - i)]
                : Spread(n, i, x[i + 2], w?[i + 2], spatial.Length);
        n.Set([x[0], w?[1] * n.Node.Integer("group", 1), .. spatial]);
    }

    private static long? Spread(NodeScope n, int axis, long? size, long? kernel, int axes)
    {
        var stride = At(n, "strides", axis, 1);
        if (n.Node.Text("auto_pad", "NOTSET").StartsWith("SAME", StringComparison.Ordinal)) return checked(size * stride);
        if (size is null || kernel is null) return null;
        var pads = At(n, "pads", axis, 0) + At(n, "pads", axis + axes, 0);
        return checked((stride * (size - 1)) + At(n, "output_padding", axis, 0) + Extent(n, axis, kernel.Value) - pads);
    }

    private static long Extent(NodeScope n, int axis, long kernel) => checked((At(n, "dilations", axis, 1) * (kernel - 1)) + 1);

    private static long At(NodeScope n, string attribute, int index, long missing) =>
        n.Node.Integers(attribute) is { Length: > 0 } values ? values[index] : missing;
}
