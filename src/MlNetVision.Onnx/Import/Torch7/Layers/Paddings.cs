namespace MlNetVision.Onnx.Import.Torch7.Layers;

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
        return input with { Name = graph.Node("Slice", module.Name, [input.Name, Pair("starts", size, size), Pair("ends", -size, -size), Pair("axes", 2, 3)]) };
    }
}
