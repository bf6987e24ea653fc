namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary><c>[maxpool]</c> and <c>[avgpool]</c>.</summary>
internal static class PoolingLayers
{
    /// <summary>
    /// <c>padding</c> (by default size − 1) counts both sides together; half of it, rounded down, lies left and above. A side has
    /// (length + padding − size) / stride + 1 windows, rounded down. What lies outside never wins.
    /// </summary>
    public static DarknetTensor ReadMax(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("maxpool_depth", "maxpool_zero_nonmax", "antialiasing");
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
            "MaxPool", name, [input.Name],
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
