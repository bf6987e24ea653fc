using MlNetVision.Inference;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Upgrading;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Detection.Standalone;

/// <summary>A detection network with decoding and non-maximum suppression appended as ONNX nodes.</summary>
internal static class StandaloneNetwork
{
    /// <summary>Float, m × 4: left, top, right, bottom, 0 to 1 across the network's input.</summary>
    public const string Boxes = StandaloneGraph.Prefix + "Boxes";

    /// <summary>Float, m: scores, best first.</summary>
    public const string Scores = StandaloneGraph.Prefix + "Scores";

    /// <summary>Int32, m: class indices.</summary>
    public const string ClassIndices = StandaloneGraph.Prefix + "ClassIndices";

    /// <summary>String, m: class names.</summary>
    public const string Labels = StandaloneGraph.Prefix + "Labels";

    /// <summary>
    /// A copy of the network of a saved chain, with these outputs added. Our own readers still find its metadata.
    /// </summary>
    /// <exception cref="ArgumentException">The suppression is soft.</exception>
    /// <exception cref="BadModelException">The network's operator set has no NonMaxSuppression and cannot be upgraded.</exception>
    public static OnnxModel Build(DetectionNetwork network)
    {
        var settings = network.Settings;
        if (settings.Detection.Suppression.Kind != NonMaxSuppressionKind.Hard)
        {
            throw new ArgumentException(
                $"Non-maximum suppression of kind {settings.Detection.Suppression.Kind} cannot be part of a network: ONNX has only the hard kind. Use {NonMaxSuppressionKind.Hard}, or save without standalone.");
        }
        var model = network.Prepare();
        if (OperatorSetUpgrade.Version(model) < StandaloneGraph.LeastOperatorSet) OperatorSetUpgrade.Raise(model);
        Append(new GraphWriter(model, StandaloneGraph.Prefix), settings);
        return model;
    }

    /// <summary>The network without the additions of <see cref="Build"/>, which would run in vain; the same instance where there are none.</summary>
    public static OnnxModel Strip(OnnxModel model)
    {
        if (!model.Graph.Output.Any(v => v.Name == Boxes)) return model;
        var stripped = model.Clone();
        StandaloneGraph.RemoveOurs(stripped.Graph);
        return stripped;
    }

    private static void Append(GraphWriter graph, DetectionSettings settings)
    {
        var heads = settings.HeadsWithOutputs().Select(h => h.Head.Append(graph, h.Outputs, settings.Resize.Width, settings.Resize.Height)).ToList();
        var thresholds = ClassThresholds.From(settings.Detection, settings.Labels);
        var (boxes, scores, classes) = new SuppressionGraph(graph, settings.Detection, thresholds, heads.Sum(h => h.Count))
            .Append(graph.Concat(heads.Select(h => h.Boxes), axis: 1), graph.Concat(heads.Select(h => h.Scores), axis: 0));
        graph.Output(Boxes, boxes, DataType.Float, -1, 4);
        graph.Output(Scores, scores, DataType.Float, -1);
        graph.Output(ClassIndices, classes.Cast(DataType.Int32), DataType.Int32, -1);
        graph.Output(Labels, graph.Strings(settings.Labels).Gather(classes), DataType.String, -1);
    }
}
