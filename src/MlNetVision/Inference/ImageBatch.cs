using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Inference;

/// <summary>Batches of images: how many a network takes in one run.</summary>
/// <param name="Model">The network with its batch as the file has it.</param>
/// <param name="Count">The number of images in a run, at least 2; a batch that is not full is padded.</param>
internal sealed record ImageBatch(OnnxModel Model, int Count)
{
    private const int Most = 1024;

    /// <summary>The number of images that a network takes in every run; null where its batch is free, or it has no such input.</summary>
    public static long? FixedOf(OnnxModel model) => model.Inputs is [{ Shape: [{ } count, _, _, _] }] && count > 0 ? count : null;

    /// <summary>The batches of a network; null: it runs image by image.</summary>
    /// <param name="model">The network with its batch as the file has it.</param>
    /// <param name="asked">The number that the user asks for; null: as the network has it.</param>
    /// <exception cref="ArgumentException">The number is out of range, or the network takes another.</exception>
    public static ImageBatch? Of(OnnxModel model, int? asked)
    {
        if (asked is < 1 or > Most) throw new ArgumentException(FormattableString.Invariant($"The batch size is {asked}; 1 to {Most} was expected."));
        var stated = FixedOf(model);
        if (asked is { } count && stated is { } own && own != count)
        {
            throw new ArgumentException(FormattableString.Invariant(
                $"{model.Name} takes {own} {(own == 1 ? "image" : "images")} in a run, not {count}; export it with a free batch (Ultralytics: dynamic=True)."));
        }
        return (asked ?? stated ?? 1) is > 1 and <= Most and var batch ? new(model, (int)batch) : null;
    }

    /// <summary>
    /// A copy of a network of a fixed batch that takes and gives one image: the image is repeated, and the first of the results kept. The same model where
    /// it takes one, or any number.
    /// </summary>
    /// <exception cref="BadModelException">An output does not begin with the batch.</exception>
    public static OnnxModel OfOne(OnnxModel model)
    {
        if (FixedOf(model) is not (> 1 and <= Most and var count)) return model;
        var one = model.Clone();
        var graph = one.Graph;
        var (input, declared) = (model.Inputs[0].Name, graph.Input.First(i => i.Name == model.Inputs[0].Name));
        var batch = graph.FreeName($"{input}/batch");
        graph.RenameUses(input, batch);
        new GraphWriter(one, "", position: 0).NodeWithOutputs("Concat", batch, [.. Enumerable.Repeat(input, (int)count)], [batch], ("axis", 0L));
        declared.Type.TensorType.Shape.Dim[0] = One();
        graph.ValueInfo.Clear();
        var writer = new GraphWriter(one, "");
        foreach (var output in graph.Output)
        {
            var shape = model.Outputs.First(o => o.Name == output.Name).Shape;
            if (shape.Count == 0 || shape[0] is { } first && first != count)
                throw new BadModelException($"{model.Name}: takes {count} images, but its output '{output.Name}' has the shape {OnnxValue.ShapeText(shape)}.");
            var (name, all) = (output.Name, graph.FreeName($"{output.Name}/batch"));
            graph.Rename(name, all);
            writer.NodeWithOutputs("Slice", name, [all, writer.Integers(0).Name, writer.Integers(1).Name, writer.Integers(0).Name], [name]);
            output.Name = name;
            output.Type.TensorType.Shape.Dim[0] = One();
        }
        return one;
    }

    private static TensorShapeProto.Types.Dimension One() => new() { DimValue = 1 };
}
