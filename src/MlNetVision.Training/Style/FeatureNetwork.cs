using MlNetVision.Imaging;
using MlNetVision.Naming;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Training.Style;

/// <summary>A network down to the layers that losses look at, with an input of one size.</summary>
internal sealed class FeatureNetwork
{
    /// <param name="model">The whole network, of one picture input; it is not changed.</param>
    /// <param name="layers">Nodes or tensors.</param>
    /// <param name="width">The width of pictures.</param>
    /// <param name="height">The height of pictures.</param>
    /// <exception cref="BadModelException">The network has no such layer, or no picture input that takes this size.</exception>
    public FeatureNetwork(OnnxModel model, IEnumerable<string> layers, int width, int height)
    {
        Model = model.Clone();
        Tensors = layers.Distinct().ToDictionary(l => l, l => TensorOf(model, l), StringComparer.Ordinal);
        Input = model.Inputs is [{ Type: TensorProto.Types.DataType.Float, Shape: [_, 3, _, _] or [_, _, _, 3] } input] ? input.Name
            : throw new BadModelException($"{model.Name}: expected one picture input, float N×3×H×W or N×H×W×3.");
        Layout = model.Inputs[0].Shape[1] == 3 ? PixelLayout.Nchw : PixelLayout.Nhwc;
        Shape = Layout == PixelLayout.Nchw ? [1, 3, height, width] : [1, height, width, 3];
        FixInput(model.Inputs[0]);
        Prune();
    }

    /// <summary>The network; its outputs are the layers.</summary>
    public OnnxModel Model { get; }

    /// <summary>The tensor of each layer.</summary>
    public IReadOnlyDictionary<string, string> Tensors { get; }

    public string Input { get; }

    public PixelLayout Layout { get; }

    /// <summary>The shape of the input.</summary>
    public long[] Shape { get; }

    private void FixInput(OnnxValue declared)
    {
        for (var i = 0; i < Shape.Length; i++)
        {
            if (declared.Shape[i] is { } length && length != Shape[i])
                throw new BadModelException($"{Model.Name}: the input is {declared}; expected a network that takes pictures of any size, here {string.Join('×', Shape)}.");
        }
        var dims = Model.Graph.Input.First(i => i.Name == Input).Type.TensorType.Shape.Dim;
        for (var i = 0; i < Shape.Length; i++) dims[i].DimValue = Shape[i];
    }

    // Nodes stand in topological order, so one pass from the back finds what the layers need.
    private void Prune()
    {
        var graph = Model.Graph;
        var needed = Tensors.Values.ToHashSet(StringComparer.Ordinal);
        var kept = new List<NodeProto>();
        foreach (var node in graph.Node.Reverse())
        {
            if (!node.Output.Any(needed.Contains)) continue;
            needed.UnionWith(node.Input);
            kept.Insert(0, node);
        }
        graph.Node.Clear();
        graph.Node.AddRange(kept);
        var stored = graph.Initializer.Where(t => needed.Contains(t.Name)).ToList();
        graph.Initializer.Clear();
        graph.Initializer.AddRange(stored);
        graph.ValueInfo.Clear();
        graph.Output.Clear();
        foreach (var tensor in Tensors.Values)
        {
            var output = OnnxGraphBuilder.ValueInfo(tensor, TensorProto.Types.DataType.Float, []);
            output.Type.TensorType.Shape = null;
            graph.Output.Add(output);
        }
    }

    private static string TensorOf(OnnxModel model, string layer)
    {
        var nodes = model.Graph.Node;
        if (nodes.FirstOrDefault(n => n.Name == layer)?.Output[0] is { } first) return first;
        if (nodes.Any(n => n.Output.Contains(layer))) return layer;
        var near = NearNames.Of(layer, nodes.Where(n => n.OpType != "Constant").Select(n => n.LayerName()));
        throw new BadModelException($"{model.Name}: has no layer '{layer}'. Near names: {string.Join(", ", near)}.");
    }
}
