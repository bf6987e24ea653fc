namespace MlNetVision.Onnx.Import.Torch7.Layers;

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
        return [inputs[0] with { Name = network.Graph.Node("Sum", module.Name, inputs.Select(i => i.Name)), Channels = channels.Count == 0 ? null : channels[0] }];
    }
}
