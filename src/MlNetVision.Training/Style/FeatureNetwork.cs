using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Training.Style;

/// <summary>A network down to the layers that losses look at, with an input of one size.</summary>
internal sealed class FeatureNetwork
{
    /// <summary>Operators that give a larger map for a larger picture.</summary>
    private static readonly HashSet<string> Sliding = new(
        [
            "Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "BatchNormalization", "InstanceNormalization", "LRN", "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu",
            "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Softplus", "Tanh", "Add", "Sub", "Mul", "Div", "Sum", "Concat", "Pad", "Transpose", "Cast", "Dropout", "Identity", "Constant",
        ], StringComparer.Ordinal);

    /// <param name="model">The whole network, of one picture input; it is not changed.</param>
    /// <param name="layers">Nodes or tensors, or positions as <see cref="VggLayers"/> tells them.</param>
    /// <param name="width">The width of pictures; the declared one is overridden where no layer is bound to it.</param>
    /// <param name="height">The height of pictures.</param>
    /// <exception cref="BadModelException">The network has no such layer, or no picture input that takes this size.</exception>
    public FeatureNetwork(OnnxModel model, IEnumerable<string> layers, int width, int height)
    {
        Tensors = layers.Distinct().ToDictionary(l => l, l => VggLayers.Tensor(model, l), StringComparer.Ordinal);
        Model = Part(model, Tensors.Values);
        (Input, Layout) = (Model.Inputs[0].Name, LayoutOf(Model));
        Shape = Layout == PixelLayout.Nchw ? [1, 3, height, width] : [1, height, width, 3];
        CheckSize(Model.Inputs[0]);
        InputShape.SetSize(Model, height, width);
        Model.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimValue = 1 };
    }

    /// <summary>The network; its outputs are the layers.</summary>
    public OnnxModel Model { get; }

    /// <summary>The tensor of each layer.</summary>
    public IReadOnlyDictionary<string, string> Tensors { get; }

    public string Input { get; }

    public PixelLayout Layout { get; }

    /// <summary>The shape of the input.</summary>
    public long[] Shape { get; }

    /// <summary>A copy that ends at layers; positions of layers stay what they are.</summary>
    /// <exception cref="BadModelException">The network has no such layer.</exception>
    public static OnnxModel Cut(OnnxModel model, IEnumerable<string> layers) => Part(model, layers.Select(l => VggLayers.Tensor(model, l)));

    /// <summary>The order of the axes of a network's picture input.</summary>
    /// <exception cref="BadModelException">It has no such input.</exception>
    public static PixelLayout LayoutOf(OnnxModel model) =>
        model.Inputs is [{ Type: TensorProto.Types.DataType.Float, Shape: [_, _, _, _] shape }] && InputShape.Layout(shape) is { } layout ? layout
            : throw new BadModelException($"{model.Name}: expected one picture input, float N×3×H×W or N×H×W×3, found {string.Join("; ", model.Inputs)}.");

    private static OnnxModel Part(OnnxModel model, IEnumerable<string> tensors)
    {
        var part = model.Clone();
        var graph = part.Graph;
        GraphCutter.Prune(graph, [.. tensors]);
        StoredInputs.Remove(part);
        graph.Output.Clear();
        graph.Output.AddRange(tensors.Distinct().Select(t => OnnxGraphBuilder.ValueInfo(t, TensorProto.Types.DataType.Float, [])));
        foreach (var output in graph.Output) output.Type.TensorType.Shape = null;
        return part;
    }

    private void CheckSize(OnnxValue declared)
    {
        if (declared.Shape.Zip(Shape, (d, s) => d is null || d == s).All(fits => fits)) return;
        if (Model.Graph.Node.FirstOrDefault(n => !Sliding.Contains(n.OpType)) is { } bound)
            throw new BadModelException($"{Model.Name}: the input is {declared}, and {bound.Title()} is bound to its size; expected layers that take pictures of any size, here {string.Join('×', Shape)}.");
    }
}
