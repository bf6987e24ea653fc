using MlNetVision.Inference;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Upgrading;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Detection;

/// <summary>A detection network with decoding and non-maximum suppression appended as ONNX nodes.</summary>
internal static class StandaloneDetector
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
        var settings = network.Settings with { Detection = network.Settings.Detection.For(network.Settings.Heads) };
        if (settings.Detection.Suppression.Kind is not (NonMaxSuppressionKind.Hard or NonMaxSuppressionKind.None))
        {
            throw new ArgumentException(
                $"Non-maximum suppression of kind {settings.Detection.Suppression.Kind} cannot be part of a network: ONNX has only the hard kind. "
                + $"Use {NonMaxSuppressionKind.Hard}, or save without standalone.");
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
        var heads = settings.HeadsWithOutputs().Select(h => Append(graph, h.Head, h.Outputs, settings)).ToList();
        var thresholds = ClassThresholds.From(settings.Detection, settings.Labels);
        var (boxes, scores, classes) = new SuppressionGraph(graph, settings.Detection, thresholds, heads.Sum(h => h.Count))
            .Append(graph.Concat(heads.Select(h => h.Boxes), axis: 1), graph.Concat(heads.Select(h => h.Scores), axis: 0));
        graph.Output(Boxes, boxes, DataType.Float, -1, 4);
        graph.Output(Scores, scores, DataType.Float, -1);
        graph.Output(ClassIndices, classes.Cast(DataType.Int32), DataType.Int32, -1);
        graph.Output(Labels, graph.Strings(settings.Labels).Gather(classes), DataType.String, -1);
    }

    private static HeadTensors Append(GraphWriter graph, IDetectionHead head, IReadOnlyList<HeadOutput> outputs, DetectionSettings settings)
    {
        var name = HeadCode.NameOf(head);
        var tensors = HeadCode.Call(name, nameof(head.Append), () => head.Append(graph, outputs, settings.Resize.Width, settings.Resize.Height));
        if (tensors is not { Boxes.Graph: not null, Scores.Graph: not null, Count: > 0 })
            throw new BadModelException($"The {name} returns no tensors from {nameof(head.Append)}; expected boxes, scores, and their number.");
        return tensors;
    }
}

/// <summary>Thresholds, class lists and hard non-maximum suppression in ONNX; the rules are those of <see cref="YoloGridParser"/>.</summary>
/// <param name="graph">The graph to append to.</param>
/// <param name="options">Thresholds, classes and suppression.</param>
/// <param name="thresholds">The confidence thresholds of the classes.</param>
/// <param name="candidates">The number of boxes.</param>
internal sealed class SuppressionGraph(GraphWriter graph, DetectionOptions options, ClassThresholds thresholds, long candidates)
{
    /// <summary>The score of a rejected candidate, below every threshold.</summary>
    private const float Refused = -1;

    /// <summary>In units of the network's input; a box beyond comes from a broken network.</summary>
    private const float Farthest = 1e6f;

    private readonly int _classes = thresholds.Scores.Length;

    /// <summary>Appends the selection.</summary>
    /// <param name="boxes">1 × n × 4, unclipped.</param>
    /// <param name="scores">n × classes.</param>
    /// <returns>Boxes (m × 4) within the network's input, scores (m) and class indices (m), best score first.</returns>
    public (GraphTensor Boxes, GraphTensor Scores, GraphTensor Classes) Append(GraphTensor boxes, GraphTensor scores)
    {
        var masked = Mask(boxes, scores.Transpose(1, 0).Reshape(1, _classes, candidates));
        var selected = options.Suppression.ClassAgnostic ? AcrossClasses(boxes, masked) : PerClass(boxes, masked);
        return DropEmpty(Best(boxes.Reshape(candidates, 4), selected));
    }

    /// <summary>Scores of 1 × classes × n, <see cref="Refused"/> where they are below their class's threshold.</summary>
    private GraphTensor Mask(GraphTensor boxes, GraphTensor scores)
    {
        // score ≥ t as score > the float before t: GreaterOrEqual needs operator set 12; NaN gives false.
        var below = new float[_classes];
        for (var i = 0; i < below.Length; i++) below[i] = thresholds.Scores[i] > 0 ? MathF.BitDecrement(thresholds.Scores[i]) : Refused;
        var far = graph.Scalar(Farthest);
        var near = (boxes.Slice(2, 3, axis: 2) < far) & (boxes.Slice(3, 4, axis: 2) < far);
        var wanted = (scores > graph.Floats(below, 1, _classes, 1)) & near.Reshape(1, 1, candidates);
        var masked = wanted.Where(scores, Refused);
        return options.BestClassOnly == true ? OnlyBest(masked) : masked;
    }

    private GraphTensor OnlyBest(GraphTensor masked)
    {
        var classes = graph.Integers([.. Enumerable.Range(0, _classes).Select(i => (long)i)]).Reshape(1, _classes, 1);
        return classes.EqualTo(masked.Do("ArgMax", ("axis", 1L), ("keepdims", 1L))).Where(masked, Refused);
    }

    private Selection PerClass(GraphTensor boxes, GraphTensor masked)
    {
        var selected = Suppress(boxes, masked);
        return new(masked.Do("GatherND", selected), selected.At(1, 1), selected.At(2, 1));
    }

    /// <summary>Class-agnostic: each pair of class and box is a candidate, by its index in classes × n.</summary>
    private Selection AcrossClasses(GraphTensor boxes, GraphTensor masked)
    {
        var all = masked.Reshape(_classes * candidates);
        var pairs = (all > Refused / 2).Positions();
        var classes = pairs / graph.Integer(candidates);
        var boxIndices = pairs - (classes * graph.Integer(candidates));
        var scores = all.Gather(pairs);
        var selected = Suppress(boxes.Gather(boxIndices, axis: 1), all.Reshape(1, 1, _classes * candidates).Gather(pairs, axis: 2)).At(2, 1);
        return new(scores.Gather(selected), classes.Gather(selected), boxIndices.Gather(selected));
    }

    /// <summary>Rows of (batch, class, box). Hard, per class. The order of the axes of corners does not change the IoU.</summary>
    private GraphTensor Suppress(GraphTensor boxes, GraphTensor scores) => boxes.Do("NonMaxSuppression",
        scores, graph.Integers(options.Suppression.MaxDetections ?? int.MaxValue), graph.Floats([options.Suppression.Kind == NonMaxSuppressionKind.None ? 1 : options.Suppression.IoU], 1),
        graph.Floats([Refused / 2], 1));

    /// <summary>The best first, up to the limit; ties in the order of suppression, the lower class first.</summary>
    private (GraphTensor Boxes, GraphTensor Scores, GraphTensor Classes) Best(GraphTensor boxes, Selection selected)
    {
        var (scores, order) = selected.Scores.SortDescending();
        if (options.Suppression.MaxDetections is { } most) (scores, order) = (scores.Slice(0, most, axis: 0), order.Slice(0, most, axis: 0));
        return (boxes.Gather(selected.Boxes.Gather(order)).Clip(0, 1), scores, selected.Classes.Gather(order));
    }

    private static (GraphTensor Boxes, GraphTensor Scores, GraphTensor Classes) DropEmpty(
        (GraphTensor Boxes, GraphTensor Scores, GraphTensor Classes) found)
    {
        var positive = found.Boxes.Slice(2, 4, axis: 1) - found.Boxes.Slice(0, 2, axis: 1) > 0;
        var kept = (positive.At(0, 1) & positive.At(1, 1)).Positions();
        return (found.Boxes.Gather(kept), found.Scores.Gather(kept), found.Classes.Gather(kept));
    }

    /// <param name="Scores">Scores of the remaining boxes.</param>
    /// <param name="Classes">Their class indices.</param>
    /// <param name="Boxes">Their indices among the candidates.</param>
    private readonly record struct Selection(GraphTensor Scores, GraphTensor Classes, GraphTensor Boxes);
}
