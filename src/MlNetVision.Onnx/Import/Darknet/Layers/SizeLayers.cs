namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary><c>[maxpool]</c>, <c>[local_avgpool]</c> and <c>[avgpool]</c>.</summary>
internal static class PoolingLayers
{
    /// <summary>The largest value of each window.</summary>
    public static DarknetTensor ReadMax(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("maxpool_depth", "maxpool_zero_nonmax", "antialiasing");
        return Read(network, section, name, "MaxPool");
    }

    /// <summary>The mean of each window's values within the layer before.</summary>
    public static DarknetTensor ReadLocalAverage(DarknetNetwork network, DarknetSection section, string name) =>
        Read(network, section, name, "AveragePool");

    /// <summary>
    /// <c>padding</c> (by default size − 1) counts both sides together; half of it, rounded down, lies left and above. A side has
    /// (length + padding − size) / stride + 1 windows, rounded down. What lies outside does not count.
    /// </summary>
    private static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name, string operation)
    {
        var input = network.Previous(section);
        var stride = section.Integer("stride", 1, 1);
        int strideX = ConvolutionalLayer.StrideOf(section, "stride_x", stride), strideY = ConvolutionalLayer.StrideOf(section, "stride_y", stride);
        var size = section.Integer("size", stride, 1);
        var padding = section.Integer("padding", size - 1, 0);
        int before = padding / 2, after = padding - before;
        // With more padding some windows would hold no value at all.
        if (after >= size) throw section.Bad($"padding={padding} with size={size}; expected at most {2 * size - 2}");

        long Out(int length, int by) => length + padding < size ? 0 : ((long)length + padding - size) / by + 1;
        var output = DarknetNetwork.Sized(section, name, input.Channels, Out(input.Height, strideY), Out(input.Width, strideX));
        network.Graph.Node(
            operation, name, [input.Name],
            ("kernel_shape", new[] { size, size }), ("strides", new[] { strideY, strideX }), ("pads", new[] { before, before, after, after }));
        return output;
    }

    /// <summary>The mean of each channel.</summary>
    public static DarknetTensor ReadAverage(DarknetNetwork network, DarknetSection section, string name)
    {
        var input = network.Previous(section);
        return input with { Name = network.Graph.Node("GlobalAveragePool", name, [input.Name]), Height = 1, Width = 1 };
    }
}

/// <summary><c>[upsample]</c>: every value repeated stride times in both directions, times <c>scale</c>.</summary>
internal static class UpsampleLayer
{
    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("reverse");
        var input = network.Previous(section);
        // A negative stride sums instead of repeating.
        var stride = section.Integer("stride", 2, 1);
        var scale = section.Float("scale", 1);
        var output = DarknetNetwork.Sized(section, name, input.Channels, (long)input.Height * stride, (long)input.Width * stride);
        var repeated = network.Graph.Node(
            "Resize", scale == 1 ? name : $"{name}/repeated", [input.Name, "", network.Graph.Floats($"{name}/scales", [1, 1, stride, stride], 4)],
            ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        if (scale != 1) network.Graph.Node("Mul", name, [repeated, network.Constant(scale)]);
        return output;
    }
}

/// <summary><c>[reorg]</c> and <c>[reorg3d]</c>: stride² times the channels at 1/stride the height and width.</summary>
internal static class ReorgLayer
{
    /// <summary>
    /// The order of the published YOLO v2. Darknet's loop runs over the input's C × H × W as if that were the shape of what it gives:
    /// value (k, j, i) comes from channel k mod d, row j·s + (k / d) / s, column i·s + (k / d) mod s of the input read as
    /// d × H·s × W·s, with d = C / s². Only then are the values called C·s² × H/s × W/s. This is not ONNX's SpaceToDepth.
    /// </summary>
    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        var (input, output, s) = ReadShape(network, section, name);
        if (input.Channels % (s * s) != 0) throw section.Bad($"stride={s} on {input}; expected channels that are a multiple of {s * s}");
        var spread = network.Reshape(
            $"{name}/spread", input.Name, network.Rows(network.Batch, input.Channels / (s * s), input.Height, s, input.Width, s));
        var ordered = network.Graph.Node("Transpose", $"{name}/ordered", [spread], ("perm", network.Order(2, 4, 0, 1, 3)));
        network.Reshape(name, ordered, network.Batch, output.Channels, output.Height, output.Width);
        return output;
    }

    /// <summary>The order of the name in later Darknets: each block of s × s values becomes s² channels, which is ONNX's SpaceToDepth.</summary>
    public static DarknetTensor Read3D(DarknetNetwork network, DarknetSection section, string name)
    {
        var (input, output, s) = ReadShape(network, section, name);
        network.Graph.Node("SpaceToDepth", name, [input.Name], ("blocksize", s));
        return output;
    }

    private static (DarknetTensor Input, DarknetTensor Output, long Stride) ReadShape(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("reverse", "flatten", "extra");
        var input = network.Previous(section);
        long s = section.Integer("stride", 1, 1);
        if (input.Height % s != 0 || input.Width % s != 0)
            throw section.Bad($"stride={s} on {input}; expected height and width that are multiples of {s}");
        return (input, DarknetNetwork.Sized(section, name, input.Channels * s * s, input.Height / s, input.Width / s), s);
    }
}

/// <summary>
/// <c>[crop]</c>: the middle of the image and, unless <c>noadjust</c>, 2x − 1. Its turns, flips and changes of colour act in training only.
/// </summary>
internal static class CropLayer
{
    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        var input = network.Previous(section);
        int height = section.Integer("crop_height", 1, 1, input.Height), width = section.Integer("crop_width", 1, 1, input.Width);
        long top = (input.Height - height) / 2, left = (input.Width - width) / 2;
        var adjust = !section.Flag("noadjust");
        var graph = network.Graph;
        var cropped = graph.Node(
            "Slice", adjust ? $"{name}/cropped" : name,
            [
                input.Name, graph.Integers($"{name}/start", [top, left], 2), graph.Integers($"{name}/end", [top + height, left + width], 2),
                graph.Integers($"{name}/axes", [2, 3], 2),
            ]);
        if (adjust)
        {
            var doubled = graph.Node("Mul", $"{name}/doubled", [cropped, network.Constant(2)]);
            graph.Node("Sub", name, [doubled, network.Constant(1)]);
        }
        return new DarknetTensor(name, input.Channels, height, width);
    }
}
