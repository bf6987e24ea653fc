using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Cli.Tests;

/// <summary>A classification network whose answers can be worked out by hand: 4 times the mean of red, green and blue (0 to 1), before softmax.</summary>
internal static class TinyClassifier
{
    /// <summary>Writes the network and returns its path.</summary>
    public static string Write(TemporaryFolder folder, params string[] labels)
    {
        var graph = new GraphWriter("tiny");
        var input = graph.Input("image", TensorProto.Types.DataType.Float, 1, 3, 16, 16);
        var mean = graph.Node("Flatten", "flat", [graph.Node("GlobalAveragePool", "mean", [input])]);
        graph.Output(graph.Node("Mul", "scores", [mean, graph.Floats("factor", [4], 1)]), TensorProto.Types.DataType.Float, 1, 3);
        var model = graph.Build();
        if (labels.Length > 0)
        {
            model.SetNames(labels);
            model.Metadata[VisionMetadata.PreprocessKey] = "unit";
        }
        model.Save(folder["tiny.onnx"]);
        return folder["tiny.onnx"];
    }
}
