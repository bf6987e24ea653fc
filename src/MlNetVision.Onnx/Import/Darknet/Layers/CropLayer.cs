namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary>
/// <c>[crop]</c>: the middle of the image and, unless <c>noadjust</c>, 2x − 1. Its turns, flips and changes of colour act in training only.
/// </summary>
internal static class CropLayer
{
    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        var input = network.Previous(section);
        int height = section.Integer("crop_height", 1, 1, input.Height), width = section.Integer("crop_width", 1, 1, input.Width);
        long top = (input.Height - height) / 2, left = (input.Width - width) / 2;
        var adjust = !section.Flag("noadjust");
        var graph = network.Graph;
        var cropped = graph.Node(
            "Slice", adjust ? $"{name}/cropped" : name,
            [
                input.Name, graph.Integers($"{name}/start", [top, left], 2), graph.Integers($"{name}/end", [top + height, left + width], 2),
                graph.Integers($"{name}/axes", [2, 3], 2),
            ]);
        if (adjust)
        {
            var doubled = graph.Node("Mul", $"{name}/doubled", [cropped, network.Constant(2)]);
            graph.Node("Sub", name, [doubled, network.Constant(1)]);
        }
        return new DarknetTensor(name, input.Channels, height, width);
    }
}
