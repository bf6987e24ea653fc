using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Training.Style;

/// <summary>
/// A network of features for images of one size, at the scale of the original VGG: it takes levels of 0–255 less the mean, and its
/// features are divided by the mean factor s of the pre-processing. For what ReLU networks give is nearly proportional to what they
/// take: one trained on pixels of s times the size has a content term of about s² times, and one of Gram matrices of s⁴ times, so
/// that without this each pre-processing would need weights of its own.
/// </summary>
internal sealed class StyleFeatureNetwork
{
    /// <summary>Operators that give a larger map for a larger image.</summary>
    private static readonly HashSet<string> Sliding = new(
        [
            "Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "BatchNormalization", "InstanceNormalization", "LRN", "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu",
            "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Softplus", "Tanh", "Add", "Sub", "Mul", "Div", "Sum", "Concat", "Pad", "Transpose", "Cast", "Dropout", "Identity", "Constant",
        ], StringComparer.Ordinal);

    /// <param name="features">The network of any size; it is not changed.</param>
    /// <param name="layers">Those of its layers that are wanted.</param>
    /// <param name="width">The width of images; the declared one is overridden where no layer is bound to it.</param>
    /// <param name="height">The height of images.</param>
    /// <exception cref="BadModelException">A layer is bound to another size.</exception>
    public StyleFeatureNetwork(FeatureModel features, IEnumerable<string> layers, int width, int height)
    {
        var tensors = layers.Distinct().ToDictionary(l => l, l => features.Tensors[l], StringComparer.Ordinal);
        (Model, Input, Layout) = (features.Model.Clone(), features.Input.Name, features.Layout);
        GraphCutter.Prune(Model.Graph, [.. tensors.Values]);
        Shape = Layout == PixelLayout.Nchw ? [1, 3, height, width] : [1, height, width, 3];
        CheckSize(features.Input);
        InputShape.SetSize(Model, height, width);
        Model.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new TensorShapeProto.Types.Dimension { DimValue = 1 };
        Tensors = features.Normalization.Scale.All(s => s == 1) ? tensors : Rescale(tensors, [.. features.Normalization.Scale]);
        foreach (var tensor in Tensors.Values.Distinct())
        {
            var output = OnnxValue.Info(tensor, TensorProto.Types.DataType.Float, []);
            output.Type.TensorType.Shape = null;
            Model.Graph.Output.Add(output);
        }
    }

    /// <summary>The network; its outputs are the layers.</summary>
    public OnnxModel Model { get; }

    /// <summary>The tensor of each layer.</summary>
    public IReadOnlyDictionary<string, string> Tensors { get; }

    public string Input { get; }

    public PixelLayout Layout { get; }

    /// <summary>The shape of the input.</summary>
    public long[] Shape { get; }

    private void CheckSize(OnnxValue declared)
    {
        if (declared.Shape.Zip(Shape, (d, s) => d is null || d == s).All(fits => fits)) return;
        if (Model.Graph.Node.FirstOrDefault(n => !Sliding.Contains(n.OpType)) is { } bound)
            throw new BadModelException($"{Model.Name}: the input is {declared}, and {bound.Title()} is bound to its size; expected layers that take images of any size, here {string.Join('×', Shape)}.");
    }

    private Dictionary<string, string> Rescale(Dictionary<string, string> tensors, float[] scale)
    {
        var graph = Model.Graph;
        var scaled = graph.FreeName($"{Input}/scaled");
        graph.RenameUses(Input, scaled);
        var first = new GraphWriter(Model, $"{Input}/", position: 0);
        first.Node("Mul", scaled, [Input, first.Floats(scale, Layout == PixelLayout.Nchw ? [3, 1, 1] : [3])]);
        var last = new GraphWriter(Model, $"{Input}/levels");
        var back = last.Floats([1 / scale.Average()]);
        var levels = tensors.Values.Distinct().ToDictionary(t => t, t => last[t] * back, StringComparer.Ordinal);
        return tensors.ToDictionary(t => t.Key, t => levels[t.Value].Name, StringComparer.Ordinal);
    }
}
