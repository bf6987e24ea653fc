using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Pipelines;

namespace MlNetVision.Detection;

/// <summary>Finds the YOLO heads among the outputs of a network that does not describe them, and the shapes of their grids.</summary>
internal static class YoloHeadReader
{
    /// <summary>
    /// The heads of an ONNX export whose anchors are given: one output is YOLO v2 (anchors in grid cells, softmax), several
    /// are YOLO v3 (anchors in pixels, shared out evenly, the smallest anchors to the finest grid).
    /// </summary>
    /// <exception cref="BadModelException">The outputs are not grids of anchors × (5 + classes) channels.</exception>
    public static IReadOnlyList<YoloHead> FromAnchors(OnnxModel model, IReadOnlyList<AnchorSize> anchors, IReadOnlyList<string>? labels)
    {
        var outputs = model.Outputs;
        if (outputs.Count is < 1 or > 4 || anchors.Count % outputs.Count != 0)
        {
            throw new BadModelException(
                $"{model.Name}: has {outputs.Count} outputs and {anchors.Count} anchors are given; expected 1 to 4 grids and the same number of anchors for each.");
        }
        if (outputs.Count == 1) return [Head(model, outputs[0], anchors, labels, YoloHeadKind.Region)];
        var share = anchors.Count / outputs.Count;
        var finestFirst = outputs.OrderByDescending(o => (o.Shape.Count == 4 ? o.Shape[2] : null) ?? throw NoGrid(model, o)).ToList();
        var bySize = anchors.OrderBy(a => a.Width * a.Height).Chunk(share).ToList();
        return [.. finestFirst.Select((o, i) => Head(model, o, bySize[i], labels, YoloHeadKind.Yolo))];
    }

    /// <summary>The shapes of the grids: as the model declares them, or found by running it once where it does not.</summary>
    public static IReadOnlyList<YoloGridShape> Shapes(OnnxModel model, NetworkInput input, IReadOnlyList<YoloHead> heads)
    {
        var shapes = heads.Select(h => Declared(model, h)).ToList();
        return shapes.All(s => s is not null) ? [.. shapes.Select(s => s!.Value)] : Measured(model, input, heads);
    }

    private static YoloHead Head(OnnxModel model, OnnxValue output, IReadOnlyList<AnchorSize> anchors, IReadOnlyList<string>? labels, YoloHeadKind kind)
    {
        if (output.Shape.Count != 4) throw NoGrid(model, output);
        var expected = labels is null ? (long?)null : anchors.Count * (5L + labels.Count);
        var first = output.Shape[1];
        var last = output.Shape[3];
        // Whichever axis has the right number of channels is theirs: 1×C×H×W (Darknet, PyTorch) or 1×H×W×C (Keras).
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

    private static YoloGridShape? Declared(OnnxModel model, YoloHead head)
    {
        var output = model.Outputs.FirstOrDefault(o => o.Name == head.Output) ?? throw new BadModelException(
            $"{model.Name}: has no output '{head.Output}', which its YOLO head names. Outputs: {string.Join(", ", model.Outputs.Select(o => o.Name))}.");
        if (output.Type != TensorProto.Types.DataType.Float)
            throw new BadModelException($"{model.Name}: the output '{head.Output}' holds {output.Type} elements; a YOLO grid of float was expected.");
        return output.Shape.Count == 4 && output.Shape.Skip(1).All(d => d is > 0 and <= int.MaxValue)
            ? Shape(head, [.. output.Shape.Select(d => d ?? 1)])
            : null;
    }

    private static YoloGridShape[] Measured(OnnxModel model, NetworkInput input, IReadOnlyList<YoloHead> heads)
    {
        using var session = new NetworkSession(model, input, [.. heads.Select(h => h.Output)], Environment.ProcessorCount);
        var run = session.Rent();
        var shapes = run.Run(Imaging.PixelNormalization.Raw).Select((o, i) => o.Shape.Length == 4
            ? Shape(heads[i], o.Shape)
            : throw new BadModelException($"{model.Name}: the output '{o.Name}' has the shape {string.Join('×', o.Shape)}; expected a grid of four axes.")).ToArray();
        session.Return(run);
        return shapes;
    }

    private static YoloGridShape Shape(YoloHead head, long[] shape) => head.ChannelsLast
        ? new((int)shape[3], (int)shape[1], (int)shape[2], ChannelsLast: true)
        : new((int)shape[1], (int)shape[2], (int)shape[3]);

    private static BadModelException NoGrid(OnnxModel model, OnnxValue output) =>
        new($"{model.Name}: the output '{output.Name}' is no grid of known size 1×C×H×W; give a network whose outputs are raw YOLO grids.");
}
