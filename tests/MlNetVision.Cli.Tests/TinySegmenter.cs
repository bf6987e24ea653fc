using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Cli.Tests;

/// <summary>
/// A segmentation network whose answers can be worked out by hand: one 1×1 convolution on a 64×64 image of colours 0 to 1.
/// Its scores are ½, red − 2 · blue, and blue: black is class 0 "background", red class 1, and whatever has blue class 2.
/// </summary>
internal static class TinySegmenter
{
    public static readonly string[] Labels = ["background", "red", "blue"];

    /// <summary>Writes the network, with all that it should say of itself or with nothing, and returns its path.</summary>
    public static string Write(TemporaryFolder folder, string name = "tiny.onnx", bool isDescribed = true)
    {
        const int Side = 64;
        var graph = new GraphWriter("tiny");
        var input = graph.Input("image", TensorProto.Types.DataType.Float, 1, 3, Side, Side);
        var weights = graph.Floats("weights", [0, 0, 0, 1, 0, -2, 0, 0, 1], Labels.Length, 3, 1, 1);
        var bias = graph.Floats("bias", [0.5f, 0, 0], Labels.Length);
        graph.Output(graph.Node("Conv", "scores", [input, weights, bias]), TensorProto.Types.DataType.Float, 1, Labels.Length, Side, Side);
        return Save(graph.Build(), folder[name], isDescribed);
    }

    /// <summary>Writes a network that gives class indices: how many of the three colours are full, 0 to 3, of which white has no label.</summary>
    public static string WriteClassMap(TemporaryFolder folder)
    {
        var graph = new GraphWriter("map");
        var input = graph.Input("image", TensorProto.Types.DataType.Float, 1, 3, 64, 64);
        graph.Output(graph.Node("Conv", "classes", [input, graph.Floats("weights", [1, 1, 1], 1, 3, 1, 1)]), TensorProto.Types.DataType.Float, 1, 1, 64, 64);
        return Save(graph.Build(), folder["map.onnx"], isDescribed: true);
    }

    private static string Save(OnnxModel model, string path, bool isDescribed)
    {
        if (isDescribed)
        {
            model.SetNames(Labels);
            model.Metadata[VisionMetadata.PreprocessKey] = "unit";
        }
        model.Save(path);
        return path;
    }
}
