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
