namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>
/// <c>[connected]</c>: a matrix over all values, written as a convolution whose kernel is as large as its input.
/// In the weights: biases, the matrix output by output, then scales, means and variances where normalised.
/// </summary>
internal static class ConnectedLayer
{
    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("dontload", "dontloadscales");
        var input = network.Previous(section);
        var activation = Activation.Read(section);
        var output = DarknetNetwork.Sized(section, name, section.Integer("output", 1, 1), 1, 1);

        var normalised = section.Flag("batch_normalize");
        var values = network.Read(
            section, input.Elements,
            [
                (DarknetPart.Biases, output.Channels), (DarknetPart.Matrix, (Int128)output.Channels * input.Elements),
                .. normalised ? BatchNormalization.Parts(output.Channels) : [],
            ]);
        var (bias, matrix) = (values[0], values[1]);
        if (network.Transposed) matrix = Transpose(matrix, output.Channels);
        var normalization = normalised ? new BatchNormalization(section, values.AsMemory(2)).FoldUnlessTrained(network, matrix, bias) : null;

        var product = LinearOutput.Write(
            network, name, activation.IsLinear,
            [
                input.Name,
                network.Graph.Floats(DarknetPart.Matrix.Initializer(name), matrix, output.Channels, input.Channels, input.Height, input.Width),
                network.Graph.Floats(DarknetPart.Biases.Initializer(name), bias, output.Channels),
            ],
            normalization,
            ("kernel_shape", new[] { input.Height, input.Width }));
        activation.Apply(network, product, name);
        return output;
    }

    private static float[] Transpose(float[] byInput, int outputs)
    {
        var inputs = byInput.Length / outputs;
        var byOutput = new float[byInput.Length];
        for (var i = 0; i < inputs; i++)
        {
            for (var o = 0; o < outputs; o++) byOutput[o * inputs + i] = byInput[i * outputs + o];
        }
        return byOutput;
    }
}

/// <summary>
/// <c>[local]</c>: a convolution whose kernels differ from place to place (YOLO v1). In the weights: a bias for each value that it gives, then
/// the kernels, place by place and filter by filter.
/// </summary>
internal static class LocalLayer
{
    /// <summary>The most values of the kernel that cuts out the windows; YOLO v1 takes 83 thousand.</summary>
    private const long MostWindowValues = 1 << 26;

    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        var input = network.Previous(section);
        var (filters, size) = (section.Integer("filters", 1, 1), section.Integer("size", 1, 1));
        var (stride, padding) = (section.Integer("stride", 1, 1), section.Integer("pad", 0, 0));
        var activation = Activation.Read(section);
        var output = Size(section, name, input, filters, size, stride, padding);
        long places = (long)output.Height * output.Width, window = (long)input.Channels * size * size;
        if (window * size * size > MostWindowValues) throw section.Bad($"size={size} on {input} is too large; expected windows of at most {MostWindowValues} values");
        DarknetNetwork.Sized(section, name, window, output.Height, output.Width);

        var values = network.Read(
            section, window, (DarknetPart.Biases, output.Elements), (DarknetPart.Kernels, (Int128)places * filters * window));
        var (bias, kernels) = (values[0], values[1]);
        var windows = Windows(network, name, input, size, stride, padding);
        // places × filters × window by places × window × 1
        var columns = network.Graph.Node(
            "Transpose", $"{name}/columns", [network.Reshape($"{name}/rows", windows, window, places, 1)], ("perm", new[] { 1, 0, 2 }));
        var products = network.Graph.Node(
            "MatMul", $"{name}/products", [network.Graph.Floats($"{name}/kernels", kernels, places, filters, window), columns]);
        var ordered = network.Graph.Node("Transpose", $"{name}/ordered", [products], ("perm", new[] { 2, 1, 0 }));
        var map = network.Reshape($"{name}/map", ordered, 1, filters, output.Height, output.Width);
        var sum = network.Graph.Node(
            "Add", activation.IsLinear ? name : $"{name}/sum",
            [map, network.Graph.Floats($"{name}/bias", bias, 1, filters, output.Height, output.Width)]);
        activation.Apply(network, sum, name);
        return output;
    }

    /// <summary>Darknet sizes the output by whether there is any padding, and cuts windows by how much: both must agree.</summary>
    private static DarknetTensor Size(DarknetSection section, string name, DarknetTensor input, int filters, int size, int stride, int padding)
    {
        long Out(int length)
        {
            long stated = (length - (padding == 0 ? size : 1L)) / stride + 1, cut = (length + 2L * padding - size) / stride + 1;
            return length + 2L * padding < size ? 0 : stated == cut ? stated : throw section.Bad(
                $"size={size} with stride={stride} and pad={padding} on {input}; expected pad=0, or a pad that keeps the size");
        }
        return DarknetNetwork.Sized(section, name, filters, Out(input.Height), Out(input.Width));
    }

    /// <summary>The values of each window as channels: channel by channel, row by row.</summary>
    private static string Windows(DarknetNetwork network, string name, DarknetTensor input, int size, int stride, int padding)
    {
        var (window, channels) = (size * size, input.Channels);
        var pick = new float[(long)channels * window * window];
        for (var i = 0; i < channels * window; i++) pick[(long)i * window + i % window] = 1;
        return network.Graph.Node(
            "Conv", $"{name}/windows", [input.Name, network.Graph.Floats($"{name}/pick", pick, (long)channels * window, 1, size, size)],
            ("kernel_shape", new[] { size, size }), ("strides", new[] { stride, stride }),
            ("pads", new[] { padding, padding, padding, padding }), ("group", channels));
    }
}
