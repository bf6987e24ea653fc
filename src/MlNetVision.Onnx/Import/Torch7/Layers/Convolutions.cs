namespace MlNetVision.Onnx.Import.Torch7.Layers;

/// <summary>Convolutions and their transposes.</summary>
internal static class Convolutions
{
    // More than any network has; a larger one would only ask for memory when it is run.
    private const int MostStride = 64, MostPadding = 4096, MostChannels = 1 << 20, MostKernel = 1024, MostShrink = 1 << 20;

    /// <summary>
    /// <c>SpatialConvolution</c>, whose weights are out × in × kH × kW, or, as of <c>SpatialConvolutionMM</c>, out × (in · kH · kW).
    /// </summary>
    public static Torch7Signal Forward(Torch7Network network, Torch7Module module, Torch7Signal input)
    {
        var (inputs, outputs, height, width) = Sizes(module);
        var groups = module.Integer("groups", 1, 1, inputs);
        if (inputs % groups != 0 || outputs % groups != 0) throw module.Bad($"{groups} groups do not divide {inputs} and {outputs} channels");
        network.RequireChannels(module, input, inputs);
        var (down, right) = (Stride(module, "dH"), Stride(module, "dW"));
        List<string> parts = [input.Name, Weights(network, module, outputs, inputs / groups, height, width), .. Bias(network, module, outputs)];
        var node = network.Graph.Node("Conv", module.Name, parts,
            ("strides", new[] { down, right }), ("pads", Pads(module)), ("kernel_shape", new[] { height, width }), ("group", groups));
        return new(node, outputs, Math.Min(MostShrink, input.Shrink * Math.Max(down, right)));
    }

    /// <summary><c>SpatialFullConvolution</c>: the transpose, whose weights are in × out × kH × kW.</summary>
    public static Torch7Signal Full(Torch7Network network, Torch7Module module, Torch7Signal input)
    {
        var (inputs, outputs, height, width) = Sizes(module);
        network.RequireChannels(module, input, inputs);
        var (down, right) = (Stride(module, "dH"), Stride(module, "dW"));
        int[] more = [module.Integer("adjH", 0, 0, down - 1), module.Integer("adjW", 0, 0, right - 1)];
        List<string> parts = [input.Name, Weights(network, module, inputs, outputs, height, width), .. Bias(network, module, outputs)];
        var node = network.Graph.Node("ConvTranspose", module.Name, parts,
            ("strides", new[] { down, right }), ("pads", Pads(module)), ("output_padding", more), ("kernel_shape", new[] { height, width }));
        return new(node, outputs, input.Shrink / Math.Min(down, right));
    }

    private static (int Inputs, int Outputs, int Height, int Width) Sizes(Torch7Module module) => (
        module.Integer("nInputPlane", null, 1, MostChannels), module.Integer("nOutputPlane", null, 1, MostChannels),
        module.Integer("kH", null, 1, MostKernel), module.Integer("kW", null, 1, MostKernel));

    private static string Weights(Torch7Network network, Torch7Module module, params ReadOnlySpan<long> shape)
    {
        var weight = module.Tensor("weight") ?? throw module.Bad($"weight is missing; a tensor of {Times(shape)} was expected");
        ReadOnlySpan<long> flat = [shape[0], shape[1] * shape[2] * shape[3]];
        return weight.Size.AsSpan().SequenceEqual(shape) || weight.Size.AsSpan().SequenceEqual(flat)
            ? network.Weights(module, "weight", weight, shape)
            : throw module.Bad($"weight is a tensor of {weight}; {Times(shape)} was expected");
    }

    private static IEnumerable<string> Bias(Torch7Network network, Torch7Module module, int outputs) =>
        module.Has("bias") ? [network.Vector(module, "bias", outputs, missing: 0)] : [];

    private static int Stride(Torch7Module module, string field) => module.Integer(field, 1, 1, MostStride);

    /// <summary>Top, left, bottom, right. Old files have one padding for all sides.</summary>
    private static int[] Pads(Torch7Module module)
    {
        var all = module.Integer("padding", 0, 0, MostPadding);
        var (top, left) = (module.Integer("padH", all, 0, MostPadding), module.Integer("padW", all, 0, MostPadding));
        return [top, left, top, left];
    }

    private static string Times(ReadOnlySpan<long> shape) => string.Join('×', shape.ToArray());
}
