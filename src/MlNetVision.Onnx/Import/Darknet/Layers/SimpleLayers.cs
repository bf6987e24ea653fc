namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>Layers of one or two nodes: <c>[dropout]</c>, <c>[cost]</c>, <c>[activation]</c>, <c>[softmax]</c>.</summary>
internal static class SimpleLayers
{
    /// <summary>What acts in training only hands its input on.</summary>
    public static DarknetTensor ReadIdentity(DarknetNetwork network, DarknetSection section, string name)
    {
        var input = network.Previous(section);
        return input with { Name = network.Graph.Node("Identity", name, [input.Name]) };
    }

    public static DarknetTensor ReadActivation(DarknetNetwork network, DarknetSection section, string name)
    {
        var input = network.Previous(section);
        Activation.Read(section, "linear").Apply(network, input.Name, name);
        return input with { Name = name };
    }

    /// <summary>A softmax over all values together, or over <c>groups</c> equal parts of them, divided by <c>temperature</c> before.</summary>
    public static DarknetTensor ReadSoftmax(DarknetNetwork network, DarknetSection section, string name)
    {
        if (section.Has("tree")) throw section.Bad("tree (a hierarchy of classes, YOLO9000) is not supported");
        section.Refuse("spatial");
        var input = network.Previous(section);
        long groups = section.Integer("groups", 1, 1);
        if (input.Elements % groups != 0) throw section.Bad($"groups={groups} does not divide the {input.Elements} values it is given");
        var temperature = section.Float("temperature", 1);
        if (temperature <= 0) throw section.Bad($"temperature={temperature}; expected more than 0");

        var output = DarknetNetwork.Sized(section, name, input.Elements, 1, 1);
        var values = network.Reshape($"{name}/groups", input.Name, groups, input.Elements / groups);
        if (temperature != 1) values = network.Graph.Node("Div", $"{name}/tempered", [values, network.Constant(temperature)]);
        network.Reshape(name, network.Graph.Node("Softmax", $"{name}/softmax", [values], ("axis", 1)), 1, output.Channels, 1, 1);
        return output;
    }
}
