using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>
/// <c>[convolutional]</c>: convolution, batch normalisation, bias, activation. The normalisation is folded into kernel and bias.
/// In the weights: biases, then scales, means and variances where normalised, then the kernel, output by output.
/// </summary>
internal static class ConvolutionalLayer
{
    private readonly record struct Shape(int Filters, int Size, int StrideX, int StrideY, int Padding, int Dilation, int Groups);

    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse(
            "binary", "xnor", "bin_output", "flipped", "antialiasing", "coordconv", "sway", "rotate", "stretch", "stretch_sway",
            "dontload", "dontloadscales", "numload");
        // 0 would mean the weights of layer 0.
        if (section.Has("share_index")) throw section.Bad("share_index is not supported");
        var input = network.Previous(section);
        var shape = ReadShape(section, input);
        var activation = Activation.Read(section);
        var output = Size(section, name, input, shape);

        var filters = shape.Filters;
        var normalised = section.Flag("batch_normalize") || section.Flag("cbn");
        var bias = network.Weights.Read(section, "biases", filters);
        var statistics = normalised ? BatchNormalization.Read(network.Weights, section, filters) : null;
        var kernelChannels = input.Channels / shape.Groups;
        var kernel = network.Weights.Read(section, "kernels", (Int128)filters * kernelChannels * shape.Size * shape.Size);
        statistics?.Fold(kernel, bias);

        var pad = shape.Padding * shape.Dilation;
        var convolved = network.Graph.Node(
            "Conv", activation.IsLinear ? name : $"{name}/conv",
            [
                input.Name,
                network.Graph.Floats($"{name}/kernel", kernel, filters, kernelChannels, shape.Size, shape.Size),
                network.Graph.Floats($"{name}/bias", bias, filters),
            ],
            ("kernel_shape", new[] { shape.Size, shape.Size }), ("strides", new[] { shape.StrideY, shape.StrideX }),
            ("pads", new[] { pad, pad, pad, pad }), ("dilations", new[] { shape.Dilation, shape.Dilation }), ("group", shape.Groups));
        activation.Apply(network, convolved, name);
        return output;
    }

    private static Shape ReadShape(DarknetSection section, DarknetTensor input)
    {
        var size = section.Integer("size", 1, 1);
        var stride = section.Integer("stride", 1, 1);
        var filters = section.Integer("filters", 1, 1);
        var groups = section.Integer("groups", 1, 1);
        if (input.Channels % groups != 0 || filters % groups != 0)
            throw section.Bad($"groups={groups} with {input.Channels} channels and filters={filters}; expected a divisor of both");
        return new Shape(
            filters, size,
            StrideOf(section, "stride_x", stride), StrideOf(section, "stride_y", stride),
            section.Flag("pad") ? size / 2 : section.Integer("padding", 0, 0),
            // Darknet takes no dilation from a 1×1 kernel.
            size == 1 ? 1 : section.Integer("dilation", 1, 1), groups);
    }

    /// <summary>Values below 1 mean <c>stride</c>, as Darknet has it.</summary>
    internal static int StrideOf(DarknetSection section, string key, int stride) =>
        section.Integer(key, -1, int.MinValue) is var s && s < 1 ? stride : s;

    private static DarknetTensor Size(DarknetSection section, string name, DarknetTensor input, Shape s)
    {
        // Darknet sizes the output as if the kernel were not dilated, which holds only where the padding is dilated with it.
        if (s.Dilation > 1 && 2 * s.Padding != s.Size - 1)
            throw section.Bad($"dilation={s.Dilation} with size={s.Size} and a padding of {s.Padding}; expected pad=1 and an odd size");
        long Out(int length, int stride) => length + 2L * s.Padding < s.Size ? 0 : (length + 2L * s.Padding - s.Size) / stride + 1;
        return DarknetNetwork.Sized(section, name, s.Filters, Out(input.Height, s.StrideY), Out(input.Width, s.StrideX));
    }
}

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

        var bias = network.Weights.Read(section, "biases", output.Channels);
        var matrix = network.Weights.Read(section, "weights", (Int128)output.Channels * input.Elements);
        if (network.Weights.Transposed) matrix = Transpose(matrix, output.Channels);
        if (section.Flag("batch_normalize")) BatchNormalization.Read(network.Weights, section, output.Channels).Fold(matrix, bias);

        var product = network.Graph.Node(
            "Conv", activation.IsLinear ? name : $"{name}/conv",
            [
                input.Name,
                network.Graph.Floats($"{name}/kernel", matrix, output.Channels, input.Channels, input.Height, input.Width),
                network.Graph.Floats($"{name}/bias", bias, output.Channels),
            ],
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

/// <summary>The statistics of a batch normalisation: y = scale · (x − mean) / (√variance + 10⁻⁶) + bias, one of each a channel.</summary>
/// <remarks>The original Darknet adds 10⁻⁶ to the root; later forks add 10⁻⁵ to the variance.</remarks>
internal sealed class BatchNormalization(DarknetSection section, float[] scales, float[] means, float[] variances)
{
    private const double Epsilon = .000001f;

    public static BatchNormalization Read(DarknetWeights weights, DarknetSection section, int channels)
    {
        var scales = weights.Read(section, "scales", channels);
        var means = weights.Read(section, "means", channels);
        return new BatchNormalization(section, scales, means, weights.Read(section, "variances", channels));
    }

    /// <summary>Multiplies the normalisation into a linear layer, whose weights lie output by output.</summary>
    public void Fold(Span<float> weights, Span<float> bias)
    {
        for (var o = 0; o < bias.Length; o++)
            if (variances[o] < 0) throw section.Bad($"expected variances of 0 and more in the weights, found {variances[o]} for channel {o}");
        // Darknet's bias is the shift of the normalisation; the layer itself has none.
        var affine = ChannelAffine.OfDeviations(scales, bias.ToArray(), means.Select(m => (double)m), variances.Select(v => Math.Sqrt(v) + Epsilon));
        bias.Clear();
        affine.FoldInto(weights, bias);
    }
}
