using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>Finds the YOLO heads among the outputs of a network without metadata on them.</summary>
internal static class YoloHeadReader
{
    /// <summary>
    /// The heads of an ONNX export whose anchors are given: one output is YOLO v2 (anchors in grid cells, softmax), several
    /// are YOLO v3 (anchors in pixels, divided evenly, the smallest anchors for the finest grid).
    /// </summary>
    /// <exception cref="BadModelException">The outputs are not grids of anchors × (5 + classes) channels.</exception>
    public static IReadOnlyList<YoloHead> FromAnchors(OnnxModel model, IReadOnlyList<AnchorSize> anchors, IReadOnlyList<string>? labels)
    {
        var outputs = model.Outputs;
        if (outputs.Count is < 1 or > 4 || anchors.Count % outputs.Count != 0)
        {
            throw new BadModelException(
                $"{model.Name}: has {outputs.Count} outputs and {anchors.Count} anchors are given; expected 1 to 4 grids and the same number of "
                + "anchors for each.");
        }
        if (outputs.Count == 1) return [Head(model, outputs[0], anchors, labels, YoloHeadKind.Region)];
        var share = anchors.Count / outputs.Count;
        var finestFirst = outputs.OrderByDescending(o => (o.Shape.Count == 4 ? o.Shape[2] : null) ?? throw NoGrid(model, o)).ToList();
        var bySize = anchors.OrderBy(a => a.Width * a.Height).Chunk(share).ToList();
        return [.. finestFirst.Select((o, i) => Head(model, o, bySize[i], labels, YoloHeadKind.Yolo))];
    }

    private static YoloHead Head(
        OnnxModel model, OnnxValue output, IReadOnlyList<AnchorSize> anchors, IReadOnlyList<string>? labels, YoloHeadKind kind)
    {
        if (output.Shape.Count != 4) throw NoGrid(model, output);
        var expected = labels is null ? (long?)null : anchors.Count * (5L + labels.Count);
        var first = output.Shape[1];
        var last = output.Shape[3];
        // The axis with the expected number of channels decides: 1×C×H×W (Darknet, PyTorch) or 1×H×W×C (Keras).
        var channelsLast = Fits(last) && !Fits(first);
        var channels = channelsLast ? last : first;
        if (!Fits(channels))
        {
            throw new BadModelException(
                $"{model.Name}: the output '{output.Name}' has {first} channels (or {last}, if they come last); {anchors.Count} anchors"
                + (labels is null ? " need a multiple of that." : $" × (5 + {labels.Count} classes) = {expected} were expected."));
        }
        return new YoloHead
        {
            Output = output.Name,
            Kind = kind,
            Anchors = anchors,
            Classes = (int)(channels!.Value / anchors.Count) - 5,
            SoftmaxClasses = kind == YoloHeadKind.Region,
            ChannelsLast = channelsLast,
        };

        bool Fits(long? count) => expected is null ? count is { } c && c % anchors.Count == 0 && c / anchors.Count > 5 : count == expected;
    }

    private static BadModelException NoGrid(OnnxModel model, OnnxValue output) =>
        new($"{model.Name}: the output '{output.Name}' is not a grid of known size 1×C×H×W; give a network whose outputs are raw YOLO grids.");
}
