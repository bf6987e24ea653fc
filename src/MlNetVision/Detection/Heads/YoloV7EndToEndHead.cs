using System.Text.Json;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Detection;

/// <summary>
/// The head of YOLO v7 exported with <c>--end2end --max-wh</c> for ONNX Runtime (WongKinYiu/yolov7, <c>models/experimental.py</c>, ONNX_ORT): one output
/// <c>found × 7</c>. For each box the image within the batch, left, top, right, bottom in pixels of the input, class and score.
/// </summary>
internal sealed record YoloV7EndToEndHead : FamilyHead
{
    private const string Name = "yolov7-end2end";
    private const int Class = 5, Score = 6, Values = 7;

    /// <summary>The boxes of an image that are read; the network finds at most 100 for each class.</summary>
    private const long Most = 2000;

    private static readonly HeadConventions Inside = HeadConventions.Ultralytics with { SuppressesItself = true };

    public static DetectionHeadFormat HeadFormat { get; } = FormatOf(
        Name, StoredHeadTypes.Default.YoloV7EndToEndHead, StoredHeadTypes.Default.YoloV7EndToEndHeadArray,
        new HeadFamily(Name, "YOLO v7 end-to-end head", form => form.Single is { Shape: [_, Values] } output
            ? new YoloV7EndToEndHead { Outputs = [output.Name], Classes = form.Classes ?? CocoLabels.Count }
            : null));

    protected override string FormatName => Name;

    protected override HeadConventions Usual => Inside;

    protected override string Title => "YOLO v7 end-to-end head";

    protected override long Boxes(IReadOnlyList<HeadOutput> outputs) => outputs[0].Shape[0];

    protected override string? Misfit(IReadOnlyList<HeadOutput> outputs) =>
        outputs is [{ Shape: [_, Values] }] ? null : $"found×{Values} (image, left, top, right, bottom, class, score)";

    /// <summary>
    /// Gives the output as many rows for every image, filled up with rows whose score is −1: then buffers of one size hold it, and a column of ML.NET.
    /// The same model where its output is not of this head, or has one size already.
    /// </summary>
    public static OnnxModel OfOneSize(OnnxModel model)
    {
        if (model.Outputs is not [{ Type: DataType.Float, Shape: [null, null or Values] or [null, Values] } output]) return model;
        if (output.Shape[1] is null && !model.Graph.Node.Any(n => n.OpType == "NonMaxSuppression")) return model;
        var changed = model.Clone();
        var graph = new GraphWriter(changed, "MlNetVision.Fixed.");
        var found = changed.Graph.Node.First(n => n.Output.Contains(output.Name));
        var inner = graph.FreeName("Found");
        found.Output[found.Output.IndexOf(output.Name)] = inner;
        var empty = new float[Most * Values];
        for (var row = 0; row < Most; row++) empty[row * Values + Score] = -1;
        var filled = graph.Concat([graph[inner].Reshape(-1, Values), graph.Floats(empty, Most, Values)], axis: 0);
        graph.NodeWithOutputs("Slice", graph.FreeName("Slice"), [filled, graph.Integers(0), graph.Integers(Most), graph.Integers(0)], [output.Name]);
        changed.Graph.Output.Remove(changed.Graph.Output.First(o => o.Name == output.Name));
        changed.Graph.Output.Add(OnnxValue.Info(output.Name, DataType.Float, Most, Values));
        return changed;
    }

    public override IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => new Decoder(this);

    public override string ToJson() => JsonSerializer.Serialize(this, StoredHeadTypes.Default.YoloV7EndToEndHead);

    private sealed class Decoder(YoloV7EndToEndHead head) : IHeadDecoder
    {
        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            var values = outputs[0].Values.Span;
            for (var at = 0; at + Values <= values.Length; at += Values)
            {
                var row = values.Slice(at, Values);
                if (row[Score] < 0 || !(row[Score] >= thresholds.Lowest)) continue;
                var c = head.ClassOf(row[Class]);
                if (row[Score] >= thresholds.Scores[c]) candidates.Add(new(new(row[1], row[2], row[3], row[4]), c, row[Score]));
            }
        }
    }
}
