using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Cli.Tests;

/// <summary>A style network whose answers can be worked out by hand: every channel becomes 255 less itself, or another constant less itself; any size.</summary>
internal static class TinyStyle
{
    public static string Write(TemporaryFolder folder, string name = "negative.onnx", float from = 255)
    {
        var graph = new GraphWriter("negative");
        var input = graph.Input("image", TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        graph.Output(graph.Node("Sub", "stylized", [graph.Floats("from", [from]), input]), TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        var model = graph.Build();
        model.Metadata[VisionMetadata.PreprocessKey] = "raw";
        model.Save(folder[name]);
        return folder[name];
    }
}
