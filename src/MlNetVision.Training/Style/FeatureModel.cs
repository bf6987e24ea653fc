using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Training.Style;

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
        var stated = preprocess ?? network.Metadata[VisionMetadata.PreprocessKey];
        Normalization = PixelNormalization.Parse(stated ?? PixelNormalization.Caffe.Name);
        Tensors = layers.Distinct().ToDictionary(l => l, l => VggLayers.Tensor(network, l), StringComparer.Ordinal);
        // Layers named as in Keras have Keras' weights, which are those of the original.
        if (stated is null && Tensors.Keys.Any(l => GraphCutter.Find(network, l) is null))
            Assumption = $"{network.Name}: has no input normalisation in its metadata; '{Normalization.Name}' is assumed, as for the original VGG. The ONNX model zoo's and torchvision's VGG take 'imagenet'.";
        Model = network.Clone();
        GraphCutter.Prune(Model.Graph, [.. Tensors.Values]);
        InitializerInputs.Remove(Model);
        Model.Graph.Output.Clear();
        if (Model.Inputs is not [{ Type: TensorProto.Types.DataType.Float, Shape: [_, _, _, _] shape } input] || InputShape.Layout(shape) is not { } layout)
            throw new BadModelException($"{Model.Name}: expected one image input, float N×3×H×W or N×H×W×3, found {string.Join("; ", Model.Inputs)}.");
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
