using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Training.Style;

/// <summary>
/// A feature network for images of one size, at the scale of the original VGG: its input is levels of 0–255 minus the mean, and its features
/// are divided by the mean factor s of the input normalisation. The output of ReLU networks is nearly proportional to their input: on pixels
/// scaled by s the content loss scales by about s², the style loss by s⁴. Without the division each normalisation would need its own weights.
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
    /// <param name="layers">The layers to keep.</param>
    /// <param name="width">The width of images; it overrides the declared one where no layer depends on that.</param>
    /// <param name="height">The height of images.</param>
    /// <exception cref="BadModelException">A layer requires another size.</exception>
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
            throw new BadModelException($"{Model.Name}: the input is {declared}, and {bound.Title()} requires that size; expected layers that take images of any size, here {string.Join('×', Shape)}.");
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
