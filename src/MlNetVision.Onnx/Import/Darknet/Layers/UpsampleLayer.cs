namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary><c>[upsample]</c>: every value repeated stride times in both directions, times <c>scale</c>.</summary>
internal static class UpsampleLayer
{
    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("reverse");
        var input = network.Previous(section);
        // A negative stride sums instead of repeating.
        var stride = section.Integer("stride", 2, 1);
        var scale = section.Float("scale", 1);
        var output = DarknetNetwork.Sized(section, name, input.Channels, (long)input.Height * stride, (long)input.Width * stride);
        var repeated = network.Graph.Node(
            "Resize", scale == 1 ? name : $"{name}/repeated", [input.Name, "", network.Graph.Floats($"{name}/scales", [1, 1, stride, stride], 4)],
            ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"));
        if (scale != 1) network.Graph.Node("Mul", name, [repeated, network.Constant(scale)]);
        return output;
    }
}
