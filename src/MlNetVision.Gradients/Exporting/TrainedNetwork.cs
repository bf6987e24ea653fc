using System.Runtime.InteropServices;
using Google.Protobuf;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Shapes;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Gradients.Exporting;

/// <summary>Does the work of <see cref="GradientSession.Export"/>.</summary>
internal static class TrainedNetwork
{
    public static OnnxModel Export(TrainingGraph graph, IReadOnlyList<TrainableTensor> trained, bool foldBatchNormalization)
    {
        var model = graph.Forward.Clone();
        var stored = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (var tensor in trained)
        {
            stored[tensor.Name].FloatData.Clear();
            stored[tensor.Name].RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(tensor.Values));
        }
        DropLoss(model, graph.Loss);
        if (foldBatchNormalization) BatchNormalizationFolding.Fold(model);
        return model;
    }

    /// <summary>Takes away the loss and the scalars that it is a sum of, with all that only they need. A network without other outputs stays whole.</summary>
    private static void DropLoss(OnnxModel model, string loss)
    {
        var before = GraphCutter.Needed(model.Graph, [loss]);
        var shapes = new ShapeInference(model, model.Inputs);
        var outputs = model.Graph.Output;
        var dropped = outputs.Where(o => o.Name == loss || (before.Contains(o.Name) && shapes[o.Name].Shape is { Length: 0 })).ToArray();
        if (dropped.Length == outputs.Count) return;
        foreach (var o in dropped) outputs.Remove(o);
        GraphCutter.Prune(model.Graph, [.. model.Graph.Output.Select(o => o.Name)]);
    }
}
