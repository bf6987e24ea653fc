namespace MlNetVision.Onnx.Import.Torch7.Layers;

/// <summary>What works on each number by itself, or repeats it.</summary>
internal static class Elementwise
{
    private const int MostScale = 64;

    /// <summary>ReLU; with another threshold or value it would be Torch's <c>Threshold</c>.</summary>
    public static Torch7Signal ReLU(Torch7Network network, Torch7Module module, Torch7Signal input)
    {
        foreach (var field in new[] { "threshold", "val" })
            if (module.Number(field, 0) != 0) throw module.Bad(FormattableString.Invariant($"{field} is {module.Number(field)}; 0 was expected"));
        return network.Then(module, input, "Relu");
    }

    public static Torch7Signal LeakyReLU(Torch7Network network, Torch7Module module, Torch7Signal input) =>
        network.Then(module, input, "LeakyRelu", ("alpha", (float)module.Number("negval", 0.01)));

    /// <summary><c>MulConstant</c> and <c>AddConstant</c>.</summary>
    public static Torch7Signal Constant(Torch7Network network, Torch7Module module, Torch7Signal input, string operation)
    {
        var constant = network.Graph.Floats($"{module.Name}.constant", [(float)module.Number("constant_scalar")]);
        return input with { Name = network.Graph.Node(operation, module.Name, [input.Name, constant]) };
    }

    /// <summary>Nothing at inference, but for the first version, which scaled there and not in training.</summary>
    public static Torch7Signal Dropout(Torch7Network network, Torch7Module module, Torch7Signal input)
    {
        if (module.Flag("v2")) return input;
        var rate = module.Number("p", 0.5);
        if (rate is < 0 or >= 1) throw module.Bad(FormattableString.Invariant($"p is {rate}; 0 to 1 was expected"));
        return input with { Name = network.Graph.Node("Mul", module.Name, [input.Name, network.Graph.Floats($"{module.Name}.kept", [(float)(1 - rate)])]) };
    }

    /// <summary><c>SpatialUpSamplingNearest</c>: every pixel several times.</summary>
    public static Torch7Signal UpSample(Torch7Network network, Torch7Module module, Torch7Signal input)
    {
        var scale = module.Integer("scale_factor", null, 1, MostScale);
        var scales = network.Graph.Floats($"{module.Name}.scales", [1, 1, scale, scale], 4);
        var node = network.Graph.Node("Resize", module.Name, [input.Name, "", scales],
            ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        return new(node, input.Channels, input.Shrink / scale);
    }
}
