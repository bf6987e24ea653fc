using MlNetVision.Gradients;
using MlNetVision.Gradients.Running;
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
            "Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool", "BatchNormalization", "InstanceNormalization", "LRN", "Relu", "LeakyRelu",
                "PRelu", "Elu", "Selu", "Celu",
            "Clip", "Sigmoid", "HardSigmoid", "HardSwish", "Softplus", "Tanh", "Add", "Sub", "Mul", "Div", "Sum", "Concat", "Pad", "Transpose",
                "Cast", "Dropout", "Identity", "Constant",
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
            throw new BadModelException(
                $"{Model.Name}: the input is {declared}, and {bound.Title()} requires that size; expected layers that take images of any "
                + $"size, here {string.Join('×', Shape)}.");
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

/// <summary>A network cut to the layers of the losses, of any size, and its input normalisation.</summary>
internal sealed class FeatureModel
{
    /// <param name="network">The whole network, of one image input; it is not changed.</param>
    /// <param name="layers">Nodes or tensors, or positions as in <see cref="VggLayers"/>.</param>
    /// <param name="preprocess">The input normalisation; null: as in its metadata, else <c>caffe</c>, as for the original VGG.</param>
    /// <exception cref="BadModelException">The network has no such layer, or no image input.</exception>
    /// <exception cref="ArgumentException">There is no such input normalisation.</exception>
    public FeatureModel(OnnxModel network, IEnumerable<string> layers, string? preprocess)
    {
        var stated = preprocess ?? network.GetPreprocess();
        Normalization = PixelNormalization.Parse(stated ?? PixelNormalization.Caffe.Name);
        Tensors = layers.Distinct().ToDictionary(l => l, l => VggLayers.Tensor(network, l), StringComparer.Ordinal);
        // Layers named as in Keras have Keras' weights, which are those of the original.
        if (stated is null && Tensors.Keys.Any(l => GraphCutter.Find(network, l) is null))
            Assumption = $"{network.Name}: has no input normalisation in its metadata; '{Normalization.Name}' is assumed, as for the "
                + "original VGG. The ONNX model zoo's and torchvision's VGG take 'imagenet'.";
        Model = network.Clone();
        GraphCutter.Prune(Model.Graph, [.. Tensors.Values]);
        InitializerInputs.Remove(Model);
        Model.Graph.Output.Clear();
        if (Model.Inputs is not [{ Type: TensorProto.Types.DataType.Float, Shape: [_, _, _, _] shape } input]
            || InputShape.Layout(shape) is not { } layout)
            throw new BadModelException(
                $"{Model.Name}: expected one image input, float N×3×H×W or N×H×W×3, found {string.Join("; ", Model.Inputs)}.");
        (Input, Layout) = (input, layout);
        Images = new ImageTensor(new PixelNormalization(Normalization.Name, Normalization.Bgr, Normalization.Mean, [1, 1, 1]), Layout);
    }

    /// <summary>The network without outputs.</summary>
    public OnnxModel Model { get; }

    /// <summary>The tensor of each layer.</summary>
    public IReadOnlyDictionary<string, string> Tensors { get; }

    /// <summary>The image input as the file declares it.</summary>
    public OnnxValue Input { get; }

    /// <summary>The order of its axes.</summary>
    public PixelLayout Layout { get; }

    /// <summary>The input normalisation.</summary>
    public PixelNormalization Normalization { get; }

    /// <summary>The assumption about the input normalisation, in a sentence; null: none.</summary>
    public string? Assumption { get; }

    /// <summary>Images for <see cref="StyleFeatureNetwork"/>: levels of 0–255 minus the mean, without the factor of the normalisation.</summary>
    public ImageTensor Images { get; }
}

/// <summary>Runs a feature network on images of one size, and gives its outputs as feeds of a training graph.</summary>
internal sealed class FeatureSession : IDisposable
{
    private readonly StyleFeatureNetwork _network;
    private readonly IReadOnlyList<(string Tensor, string Feed)> _outputs;
    private readonly BoundGraph _bound;

    /// <param name="network">The network.</param>
    /// <param name="outputs">Its outputs, and the inputs to which they are fed.</param>
    /// <param name="options">Device and threads.</param>
    public FeatureSession(StyleFeatureNetwork network, IReadOnlyList<(string Tensor, string Feed)> outputs, NeuralStyleOptions options)
    {
        (_network, _outputs) = (network, outputs);
        _bound = new BoundGraph(network.Model, options.Threads, typeof(FeatureSession), options.Device);
        foreach (var tensor in outputs.Select(o => o.Tensor).Distinct()) _bound.Fetch(tensor);
    }

    /// <summary>Runs the network on a packed image.</summary>
    public IEnumerable<(string Feed, TrainingOutput Made)> Run(float[] image, CancellationToken cancellationToken)
    {
        var made = _bound.Run([(_network.Input, TrainingFeed.Of<float>(image, _network.Shape))], cancellationToken);
        return _outputs.Select(o => (o.Feed, made[o.Tensor]));
    }

    /// <summary>Runs the network on a packed image and keeps the outputs as feeds.</summary>
    public void Run(float[] image, Dictionary<string, TrainingFeed> feeds, CancellationToken cancellationToken)
    {
        foreach (var (feed, made) in Run(image, cancellationToken)) feeds[feed] = TrainingFeed.Of<float>(made.Values, [.. made.Shape]);
    }

    public void Dispose() => _bound.Dispose();
}
