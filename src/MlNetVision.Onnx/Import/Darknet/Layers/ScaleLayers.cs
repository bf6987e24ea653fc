namespace MlNetVision.Onnx.Import.Darknet.Layers;

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
