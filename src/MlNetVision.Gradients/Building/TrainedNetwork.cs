using MlNetVision.Onnx;
using MlNetVision.Onnx.Shapes;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Gradients.Building;

/// <summary>Implements <see cref="GradientSession.Export"/>.</summary>
internal static class TrainedNetwork
{
    public static OnnxModel Export(TrainingGraph graph, IReadOnlyList<TrainableTensor> trained, bool foldBatchNormalization)
    {
        var model = graph.Forward.Clone();
        var initializers = model.Graph.Initializer.ToDictionary(t => t.Name, StringComparer.Ordinal);
        foreach (var tensor in trained) TensorData.Write(initializers[tensor.Name], tensor.Values);
        DropLoss(model, graph.Loss);
        if (foldBatchNormalization) BatchNormalizationFolding.Fold(model);
        return model;
    }

    /// <summary>
    /// Removes the loss, the scalars that it sums, and the nodes that only these need. A network without other outputs stays unchanged.
    /// </summary>
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
