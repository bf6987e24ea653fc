using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Classification;

/// <summary>The chain of layers from a classifier's last feature map to its class scores.</summary>
/// <param name="Layers">The layers in order, each with its one data input; the first reads the map.</param>
/// <param name="Map">The map: the last tensor with more than one position.</param>
/// <param name="Layout">The order of its axes.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Rows">Its rows at the size that the network declares.</param>
/// <param name="Columns">Its columns at that size.</param>
/// <param name="Shapes">All shapes at that size and one image.</param>
internal sealed record ClassifierTail(
    IReadOnlyList<(NodeProto Node, string Data)> Layers, string Map, PixelLayout Layout, int Channels, int Rows, int Columns, ShapeInference Shapes)
{
    /// <exception cref="BadModelException">There is no path from the last map to the scores, or more than one.</exception>
    public static ClassifierTail Of(OnnxModel model)
    {
        if (model.Outputs.Count != 1)
            throw new BadModelException($"{model.Name}: expected one output of class scores, found {string.Join("; ", model.Outputs)}.");
        var shapes = new ShapeInference(model, model.Inputs.Select(i => i with { Shape = [1, .. i.Shape.Skip(1)] }));
        var producers = model.Graph.Node.SelectMany(n => n.Output.Select(o => (o, n))).Where(p => p.o.Length > 0)
            .ToDictionary(p => p.o, p => p.n, StringComparer.Ordinal);
        var fromImage = FromImage(model);
        var layers = new List<(NodeProto, string)>();
        var tensor = model.Outputs[0].Name;
        while (true)
        {
            if (AsMap(model, tensor, shapes) is var (layout, channels, rows, columns))
                return new(layers, tensor, layout, channels, rows, columns, shapes);
            if (!producers.TryGetValue(tensor, out var node))
                throw new BadModelException($"{model.Name}: there is no feature map between its input and its output '{model.Outputs[0].Name}'.");
            tensor = Data(model, node, fromImage);
            layers.Insert(0, (node, tensor));
        }
    }

    private static (PixelLayout, int, int, int)? AsMap(OnnxModel model, string tensor, ShapeInference shapes)
    {
        if (shapes[tensor].Shape is not [_, { } a, { } b, { } c]) return null;
        var layout = MapLayout.Of(model.Graph, tensor);
        var (channels, rows, columns) = layout == PixelLayout.Nchw ? (a, b, c) : (c, a, b);
        return rows * columns > 1 ? (layout, (int)channels, (int)rows, (int)columns) : null;
    }

    /// <summary>The one data input of a layer; the shape input of a Reshape may be computed from the same tensor.</summary>
    private static string Data(OnnxModel model, NodeProto node, HashSet<string> fromImage)
    {
        var inputs = node.OpType is "Reshape" or "Expand" or "Squeeze" or "Unsqueeze" ? node.Input.Take(1) : node.Input;
        string[] data = [.. inputs.Where(fromImage.Contains)];
        return data.Length == 1 ? data[0] : throw new BadModelException(
            $"{model.Name}: {node.Title()} joins {data.Length} tensors ({string.Join(", ", data)}) behind the last map; expected a chain of layers, "
            + "as classifiers have.");
    }

    private static HashSet<string> FromImage(OnnxModel model)
    {
        var found = model.Inputs.Select(i => i.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var node in model.Graph.Node)
            if (node.Input.Any(found.Contains)) found.UnionWith(node.Output.Where(o => o.Length > 0));
        return found;
    }
}
