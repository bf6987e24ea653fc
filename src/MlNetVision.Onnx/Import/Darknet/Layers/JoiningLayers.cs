namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary><c>[route]</c>: other layers' channels one after the other, or with <c>groups</c> an equal share of each layer's channels.</summary>
internal static class RouteLayer
{
    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        var indices = section.Integers("layers") ?? throw section.Bad("layers is missing; expected numbers of layers, such as layers=-1,8");
        var groups = section.Integer("groups", 1, 1);
        var group = section.Integer("group_id", 0, 0, groups - 1);
        var inputs = indices.Select(i => network.Named(i, section, "layers")).ToArray();
        foreach (var input in inputs)
        {
            if ((input.Height, input.Width) != (inputs[0].Height, inputs[0].Width))
                throw section.Bad($"joins layers of {inputs[0]} and {input}; expected the same height and width");
            if (input.Channels % groups != 0) throw section.Bad($"groups={groups} does not divide the {input.Channels} channels of a layer");
        }
        var output = DarknetNetwork.Sized(section, name, inputs.Sum(i => (long)i.Channels / groups), inputs[0].Height, inputs[0].Width);
        Write(network, name, inputs, groups, group);
        return output;
    }

    private static void Write(DarknetNetwork network, string name, DarknetTensor[] inputs, int groups, int group)
    {
        string Share(DarknetTensor input, string shareName)
        {
            if (groups == 1) return input.Name;
            long count = input.Channels / groups;
            return network.Graph.Node(
                "Slice", shareName,
                [
                    input.Name, network.Graph.Integers($"{shareName}/start", [group * count], 1),
                    network.Graph.Integers($"{shareName}/end", [(group + 1) * count], 1), network.Graph.Integers($"{shareName}/axis", [1], 1),
                ]);
        }

        if (inputs.Length > 1) network.Graph.Node("Concat", name, inputs.Select((input, i) => Share(input, $"{name}/share_{i}")), ("axis", 1));
        else if (groups > 1) Share(inputs[0], name);
        else network.Graph.Node("Identity", name, [inputs[0].Name]);
    }
}

/// <summary>
/// <c>[shortcut]</c>: the layer before plus one or more others, then an activation. Where another layer has another size, the channels
/// both have are added: of a larger one every n-th row and column is taken, of a smaller one each value goes to every n-th row and column.
/// </summary>
internal static class ShortcutLayer
{
    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        if (section.Text("weights_type", "none") is not "none" and var type) throw section.Bad($"weights_type={type} is not supported");
        var to = network.Previous(section);
        var indices = section.Integers("from") ?? throw section.Bad("from is missing; expected the number of a layer, such as from=-3");
        var others = indices.Select(i => network.Named(i, section, "from")).ToArray();
        var activation = Activation.Read(section, "linear");
        float alpha = section.Float("alpha", 1), beta = section.Float("beta", 1);
        foreach (var other in others) CheckSizes(section, to, other, others.Length > 1 || alpha != 1);

        var sum = to.Name;
        if (alpha != 1) sum = network.Graph.Node("Mul", $"{name}/alpha", [sum, network.Constant(alpha)]);
        for (var i = 0; i < others.Length; i++)
        {
            var part = to.SameSize(others[i]) ? others[i].Name : Fit(network, $"{name}/fit_{i}", others[i], to);
            if (beta != 1) part = network.Graph.Node("Mul", $"{name}/beta_{i}", [part, network.Constant(beta)]);
            sum = network.Graph.Node("Add", i == others.Length - 1 && activation.IsLinear ? name : $"{name}/sum_{i}", [sum, part]);
        }
        activation.Apply(network, sum, name);
        return to with { Name = name };
    }

    private static void CheckSizes(DarknetSection section, DarknetTensor to, DarknetTensor from, bool same)
    {
        if (same && !to.SameSize(from)) throw section.Bad($"adds {from} to {to}; with several layers, or with alpha, expected the same size");
        if (from.Width / to.Width != from.Height / to.Height || to.Width / from.Width != to.Height / from.Height)
            throw section.Bad($"adds {from} to {to}; expected the same ratio of widths and heights");
    }

    /// <summary>Brings a layer to another's size: cut and thinned where larger, spread with zeros between where smaller.</summary>
    private static string Fit(DarknetNetwork network, string name, DarknetTensor from, DarknetTensor to)
    {
        int stride = Math.Max(1, from.Width / to.Width), sample = Math.Max(1, to.Width / from.Width);
        long channels = Math.Min(from.Channels, to.Channels), height = Math.Min(from.Height, to.Height), width = Math.Min(from.Width, to.Width);
        var graph = network.Graph;
        string tensor = graph.Node(
            "Slice", $"{name}/thinned",
            [
                from.Name, graph.Integers($"{name}/start", [0, 0, 0], 3),
                graph.Integers($"{name}/end", [channels, (height - 1) * stride + 1, (width - 1) * stride + 1], 3),
                graph.Integers($"{name}/axes", [1, 2, 3], 3), graph.Integers($"{name}/steps", [1, stride, stride], 3),
            ]);
        if (sample > 1)
        {
            tensor = network.Reshape($"{name}/apart", tensor, network.Rows(network.Batch, channels, height, 1, width, 1));
            tensor = Pad(network, $"{name}/spread", tensor, network.Rows(0, 0, 0, sample - 1, 0, sample - 1));
            (height, width) = (height * sample, width * sample);
            tensor = network.Reshape($"{name}/joined", tensor, network.Batch, channels, height, width);
        }
        return Pad(network, $"{name}/fitted", tensor, 0, to.Channels - channels, to.Height - height, to.Width - width);
    }

    private static string Pad(DarknetNetwork network, string name, string tensor, params long[] ends)
    {
        long[] pads = [.. new long[ends.Length], .. ends];
        return network.Graph.Node("Pad", name, [tensor, network.Graph.Integers($"{name}/pads", pads, pads.Length)]);
    }
}

/// <summary>
/// Products of two layers: <c>[scale_channels]</c> (squeeze and excitation, arXiv:1709.01507) and <c>[sam]</c> (spatial attention, YOLO v4).
/// </summary>
internal static class ScaleLayers
{
    /// <summary>Another layer's channels, each times the one value that the layer before has for it.</summary>
    public static DarknetTensor ReadChannels(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("scale_wh");
        var factors = network.Previous(section);
        var scaled = From(network, section);
        if (factors.Height != 1 || factors.Width != 1 || factors.Channels != scaled.Channels)
            throw section.Bad($"scales {scaled} by {factors}; expected {scaled.Channels}×1×1");
        return Multiply(network, section, name, scaled, factors);
    }

    /// <summary>The layer before times another of the same size.</summary>
    public static DarknetTensor ReadAttention(DarknetNetwork network, DarknetSection section, string name)
    {
        var factors = network.Previous(section);
        var scaled = From(network, section);
        if (!factors.SameSize(scaled)) throw section.Bad($"multiplies {scaled} by {factors}; expected the same size");
        return Multiply(network, section, name, scaled, factors);
    }

    private static DarknetTensor From(DarknetNetwork network, DarknetSection section) => section.Has("from")
        ? network.Named(section.Integer("from", 0, int.MinValue), section, "from")
        : throw section.Bad("from is missing; expected the number of a layer");

    private static DarknetTensor Multiply(DarknetNetwork network, DarknetSection section, string name, DarknetTensor scaled, DarknetTensor factors)
    {
        var activation = Activation.Read(section, "linear");
        activation.Apply(network, network.Graph.Node("Mul", activation.IsLinear ? name : $"{name}/product", [scaled.Name, factors.Name]), name);
        return scaled with { Name = name };
    }
}
