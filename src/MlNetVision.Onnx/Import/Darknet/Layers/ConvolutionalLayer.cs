namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>
/// <c>[convolutional]</c>: convolution, batch normalisation, bias, activation. The normalisation is folded into kernel and bias, but not for training.
/// In the weights: biases, then scales, means and variances where normalised, then the kernel, output by output.
/// </summary>
internal static class ConvolutionalLayer
{
    private readonly record struct Shape(int Filters, int Size, int StrideX, int StrideY, int Padding, int Dilation, int Groups);

    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse(
            "binary", "bin_output", "flipped", "antialiasing", "coordconv", "sway", "rotate", "stretch", "stretch_sway",
            "dontload", "dontloadscales", "numload");
        var input = network.Previous(section);
        var shape = ReadShape(section, input);
        var binary = section.Flag("xnor");
        // The fork's multiplication of bits knows neither.
        if (binary && network.IsFork && (shape.Groups > 1 || shape.Dilation > 1)) throw section.Bad("xnor=1 with groups or a dilation is not supported");
        var activation = Activation.Read(section);
        var output = Size(section, name, input, shape);
        var (weights, normalization) = section.Has("share_index")
            ? (Shared(network, section, input, shape, binary), null)
            : ReadWeights(network, section, name, input.Channels, shape, binary);
        network.Convolutions[network.Number] = weights;

        var pad = shape.Padding * shape.Dilation;
        var (tensor, outside) = binary ? BinaryInput(network, section, name, input, shape) : (input.Name, pad);
        var convolved = LinearOutput.Write(
            network, name, activation.IsLinear, [tensor, weights.Kernel, weights.Bias], normalization,
            ("kernel_shape", new[] { shape.Size, shape.Size }), ("strides", new[] { shape.StrideY, shape.StrideX }),
            ("pads", new[] { outside, outside, outside, outside }), ("dilations", new[] { shape.Dilation, shape.Dilation }), ("group", shape.Groups));
        activation.Apply(network, convolved, name);
        return output;
    }

    private static (ConvolutionWeights Weights, BatchNormalization? Normalization) ReadWeights(
        DarknetNetwork network, DarknetSection section, string name, int channels, Shape shape, bool binary)
    {
        var (filters, kernelChannels) = (shape.Filters, channels / shape.Groups);
        var normalised = section.Flag("batch_normalize") || section.Flag("cbn");
        var inputs = (Int128)kernelChannels * shape.Size * shape.Size;
        var values = network.Read(
            section, inputs,
            [(DarknetPart.Biases, filters), .. normalised ? BatchNormalization.Parts(filters) : [], (DarknetPart.Kernels, filters * inputs)]);
        var (bias, kernel) = (values[0], values[^1]);
        if (binary) Binarise(kernel, filters);
        var normalization = normalised ? new BatchNormalization(section, values.AsMemory(1, 3)).FoldUnlessTrained(network, kernel, bias) : null;
        var weights = new ConvolutionWeights(
            network.Graph.Floats(DarknetPart.Kernels.Initializer(name), kernel, filters, kernelChannels, shape.Size, shape.Size),
            network.Graph.Floats(DarknetPart.Biases.Initializer(name), bias, filters), channels, filters, kernelChannels, shape.Size, binary);
        return (weights, normalization);
    }

    /// <summary>The weights of an earlier layer, with its normalisation, which the fork has folded into them before it runs a network.</summary>
    private static ConvolutionWeights Shared(DarknetNetwork network, DarknetSection section, DarknetTensor input, Shape shape, bool binary)
    {
        var index = section.Integer("share_index", 0, int.MinValue);
        var other = network.NumberOf(index, section, "share_index");
        if (!network.Convolutions.TryGetValue(other, out var shared))
            throw section.Bad($"share_index={index} names layer {other}, which has no kernels; expected a [convolutional] layer");
        var kernelChannels = input.Channels / shape.Groups;
        var own = shared with
        {
            Channels = input.Channels, Filters = shape.Filters, KernelChannels = kernelChannels, Size = shape.Size, Binary = binary,
        };
        return own == shared ? shared : throw section.Bad(
            $"share_index={index} takes the kernels of layer {other}, {shared}; expected the same here, found {own}");
    }

    /// <summary>Every weight to its sign times the mean size of its filter's weights: XNOR-Net, arXiv:1603.05279, section 3.1.</summary>
    private static void Binarise(float[] kernel, int filters)
    {
        var count = kernel.Length / filters;
        for (var f = 0; f < filters; f++)
        {
            var filter = kernel.AsSpan(f * count, count);
            double sum = 0;
            foreach (var weight in filter) sum += Math.Abs(weight);
            var mean = (float)(sum / count);
            foreach (ref var weight in filter) weight = weight > 0 ? mean : -mean;
        }
    }

    /// <summary>
    /// Every input to 1 above 0, else −1. What lies outside the image is 0 for the original; the fork's bits know no 0, so it is −1 there. The
    /// fork multiplies bits only where both strides are equal.
    /// </summary>
    /// <returns>The tensor, and the padding that is left to the convolution.</returns>
    private static (string Tensor, int Padding) BinaryInput(
        DarknetNetwork network, DarknetSection section, string name, DarknetTensor input, Shape shape)
    {
        var graph = network.Graph;
        var above = graph.Node("Greater", $"{name}/above", [input.Name, network.Constant(0)]);
        var signs = graph.Node("Where", $"{name}/signs", [above, network.Constant(1), network.Constant(-1)]);
        if (!network.IsFork || shape.Padding == 0 || shape.StrideX != shape.StrideY) return (signs, shape.Padding * shape.Dilation);
        long[] pads = [0, 0, shape.Padding, shape.Padding, 0, 0, shape.Padding, shape.Padding];
        return (graph.Node("Pad", $"{name}/padded", [signs, graph.Integers($"{name}/pads", pads, pads.Length), network.Constant(-1)]), 0);
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

/// <summary>The nodes of a layer that is linear in its kernel, before its activation: a convolution, and its normalisation where that is apart.</summary>
internal static class LinearOutput
{
    /// <summary>Writes them; the last one has the layer's name where no activation follows.</summary>
    /// <param name="network">The network.</param>
    /// <param name="name">The name of the layer.</param>
    /// <param name="isLast">Whether no activation follows.</param>
    /// <param name="inputs">The input, the kernel, the bias.</param>
    /// <param name="normalization">The normalisation, to which the bias belongs; null: folded, or none.</param>
    /// <param name="attributes">Those of the convolution.</param>
    public static string Write(
        DarknetNetwork network, string name, bool isLast, string[] inputs, BatchNormalization? normalization,
        params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        if (normalization is null) return network.Graph.Node("Conv", isLast ? name : $"{name}/conv", inputs, attributes);
        var convolved = network.Graph.Node("Conv", $"{name}/conv", inputs[..2], attributes);
        return normalization.Write(network, name, convolved, inputs[2], isLast ? name : $"{name}/normalised");
    }
}

/// <summary>The weights of a convolution in the graph, for layers that share them.</summary>
/// <param name="Kernel">The name of the kernels.</param>
/// <param name="Bias">The name of the biases.</param>
/// <param name="Channels">The channels of the layer's input.</param>
/// <param name="Filters">The filters.</param>
/// <param name="KernelChannels">The channels of each kernel.</param>
/// <param name="Size">The height and width of each kernel.</param>
/// <param name="Binary">Whether they are binary (<c>xnor</c>).</param>
internal sealed record ConvolutionWeights(string Kernel, string Bias, int Channels, int Filters, int KernelChannels, int Size, bool Binary)
{
    public override string ToString() =>
        $"{Filters}×{KernelChannels}×{Size}×{Size} on {Channels} channels{(Binary ? " with xnor" : "")}";
}
