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
        return input with { Name = network.Graph.Node("Mul", module.Name,
            [input.Name, network.Graph.Floats($"{module.Name}.kept", [(float)(1 - rate)])]) };
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

/// <summary>What adds or takes away pixels at the borders.</summary>
internal static class Paddings
{
    private const int Most = 4096;

    /// <summary>A padding of one of ONNX's modes; in Torch as in ONNX a reflection leaves the outermost pixel out.</summary>
    public static Torch7Signal Pad(Torch7Network network, Torch7Module module, Torch7Signal input, string mode)
    {
        // Zero padding may take pixels away.
        var least = mode == "constant" ? -Most : 0;
        long Side(string field) => module.Integer(field, null, least, Most);
        long[] pads = [0, 0, Side("pad_t"), Side("pad_l"), 0, 0, Side("pad_b"), Side("pad_r")];
        List<string> parts = [input.Name, network.Graph.Integers($"{module.Name}.pads", pads, pads.Length)];
        if (module.Number("value", 0) is var value && value != 0) parts.Add(network.Graph.Floats($"{module.Name}.value", [(float)value]));
        return input with { Name = network.Graph.Node("Pad", module.Name, parts, ("mode", mode)) };
    }

    /// <summary><c>ShaveImage</c>: so many pixels less at every border.</summary>
    public static Torch7Signal Shave(Torch7Network network, Torch7Module module, Torch7Signal input)
    {
        long size = module.Integer("size", null, 0, Most);
        if (size == 0) return input;
        var graph = network.Graph;
        string Pair(string name, long first, long second) => graph.Integers($"{module.Name}.{name}", [first, second], 2);
        return input with { Name = graph.Node("Slice", module.Name,
            [input.Name, Pair("starts", size, size), Pair("ends", -size, -size), Pair("axes", 2, 3)]) };
    }
}

/// <summary>Modules that hold modules, and the sum of what several give.</summary>
internal static class Containers
{
    /// <summary>One after the other.</summary>
    public static IReadOnlyList<Torch7Signal> Sequential(Torch7Network network, Torch7Module module, IReadOnlyList<Torch7Signal> inputs)
    {
        foreach (var inner in module.Modules()) inputs = network.Add(inner, inputs);
        return inputs;
    }

    /// <summary>Each on the same input; a table of what they give.</summary>
    public static IReadOnlyList<Torch7Signal> ConcatTable(Torch7Network network, Torch7Module module, IReadOnlyList<Torch7Signal> inputs)
    {
        var outputs = new List<Torch7Signal>();
        foreach (var inner in module.Modules())
        {
            var given = network.Add(inner, inputs);
            outputs.Add(given.Count == 1 ? given[0] : throw inner.Bad($"gives {given.Count} tensors within a ConcatTable; one was expected"));
        }
        return outputs.Count > 0 ? outputs : throw module.Bad("holds no modules");
    }

    public static IReadOnlyList<Torch7Signal> CAddTable(Torch7Network network, Torch7Module module, IReadOnlyList<Torch7Signal> inputs)
    {
        var channels = inputs.Select(i => i.Channels ?? network.InputChannels).OfType<int>().Distinct().ToList();
        if (channels.Count > 1) throw module.Bad($"adds tensors of {string.Join(" and ", channels)} channels");
        if (inputs.Select(i => i.Shrink).Distinct().Count() > 1) throw module.Bad("adds tensors of different sizes");
        return [inputs[0] with { Name = network.Graph.Node("Sum", module.Name, inputs.Select(i => i.Name)),
            Channels = channels.Count == 0 ? null : channels[0] }];
    }
}
