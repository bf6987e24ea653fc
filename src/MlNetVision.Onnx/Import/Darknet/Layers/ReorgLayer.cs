namespace MlNetVision.Onnx.Import.Darknet.Layers;

/// <summary><c>[reorg]</c> and <c>[reorg3d]</c>: stride² times the channels at 1/stride the height and width.</summary>
internal static class ReorgLayer
{
    /// <summary>
    /// The order of the published YOLO v2. Darknet's loop runs over the input's C × H × W as if that were the shape of what it gives:
    /// value (k, j, i) comes from channel k mod d, row j·s + (k / d) / s, column i·s + (k / d) mod s of the input read as
    /// d × H·s × W·s, with d = C / s². Only then are the values called C·s² × H/s × W/s. This is not ONNX's SpaceToDepth.
    /// </summary>
    public static DarknetTensor Read(DarknetNetwork network, DarknetSection section, string name)
    {
        var (input, output, s) = ReadShape(network, section, name);
        if (input.Channels % (s * s) != 0) throw section.Bad($"stride={s} on {input}; expected channels that are a multiple of {s * s}");
        var spread = network.Reshape($"{name}/spread", input.Name, input.Channels / (s * s), input.Height, s, input.Width, s);
        var ordered = network.Graph.Node("Transpose", $"{name}/ordered", [spread], ("perm", new[] { 2, 4, 0, 1, 3 }));
        network.Reshape(name, ordered, 1, output.Channels, output.Height, output.Width);
        return output;
    }

    /// <summary>The order of the name in later Darknets: each block of s × s values becomes s² channels, which is ONNX's SpaceToDepth.</summary>
    public static DarknetTensor Read3D(DarknetNetwork network, DarknetSection section, string name)
    {
        var (input, output, s) = ReadShape(network, section, name);
        network.Graph.Node("SpaceToDepth", name, [input.Name], ("blocksize", s));
        return output;
    }

    private static (DarknetTensor Input, DarknetTensor Output, long Stride) ReadShape(DarknetNetwork network, DarknetSection section, string name)
    {
        section.Refuse("reverse", "flatten", "extra");
        var input = network.Previous(section);
        long s = section.Integer("stride", 1, 1);
        if (input.Height % s != 0 || input.Width % s != 0)
            throw section.Bad($"stride={s} on {input}; expected height and width that are multiples of {s}");
        return (input, DarknetNetwork.Sized(section, name, input.Channels * s * s, input.Height / s, input.Width / s), s);
    }
}
