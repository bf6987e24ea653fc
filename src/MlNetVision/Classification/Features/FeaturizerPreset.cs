using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Classification;

/// <summary>A published family of ImageNet networks and its input normalisation.</summary>
/// <param name="Name">Its name, as <see cref="FeaturizerOptions.Preset"/> takes it.</param>
/// <param name="Preprocess">The name of its input normalisation; see <see cref="PixelNormalization.Parse"/>.</param>
/// <param name="Description">Whose networks these are.</param>
public sealed record FeaturizerPreset(string Name, string Preprocess, string Description)
{
    private Func<Traits, bool> Fits { get; init; } = _ => false;

    /// <summary>All presets, the more particular first.</summary>
    public static IReadOnlyList<FeaturizerPreset> All { get; } =
    [
        new("vgg16-keras", "caffe", "VGG16 and VGG19 of Keras, with or without their top") { Fits = t => t.Nhwc && t.Has("block5_conv1") },
        new("resnet-keras", "caffe", "ResNet 50, 101 and 152 (v1) of Keras") { Fits = t => t.Nhwc && t.Has("conv5_block1") && !t.Has("post_bn") },
        new("squeezenet-caffe", "caffe", "SqueezeNet 1.0 and 1.1 as Caffe's authors trained them, such as squeezenet1.0-7 of the ONNX model zoo")
            { Fits = t => t.Has("fire9/squeeze1x1") },
        new("squeezenet", "imagenet", "SqueezeNet 1.1 of the ONNX model zoo (squeezenet1.1-7), and torchvision's")
            { Fits = t => t.Has("squeezenet") || t.Has("/squeeze/Conv") },
        new("vgg16", "imagenet", "vgg16-7, vgg16-12 and vgg16-bn-7 of the ONNX model zoo, and torchvision's")
            { Fits = t => !t.Nhwc && t.Convolutions.Count >= 8 && t.Convolutions.All(Is3x3) },
        new("mobilenet-v2-tf", "tf", "MobileNet v2 of TensorFlow and Keras") { Fits = t => t.Nhwc && t.Depthwise },
        new("mobilenet-v2", "imagenet", "mobilenetv2-7 to -12 of the ONNX model zoo, and torchvision's") { Fits = t => !t.Nhwc && t.Depthwise },
        new("resnet", "imagenet", "resnet18 to resnet152 (v1 and v2) of the ONNX model zoo, and torchvision's")
            { Fits = t => !t.Nhwc && t.Convolutions.Count >= 8 && Is7x7(t.Convolutions[0]) },
    ];

    /// <summary>The preset of a name, in any case.</summary>
    /// <exception cref="ArgumentException">There is no such preset; the message lists them.</exception>
    public static FeaturizerPreset Parse(string name) =>
        All.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException($"There is no preset '{name}'; there are {string.Join(", ", All.Select(p => p.Name))}.", nameof(name));

    /// <summary>The preset that fits a network, by the names of its layers and the shapes of its convolutions; null where none does.</summary>
    public static FeaturizerPreset? Of(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var traits = new Traits(model);
        return All.FirstOrDefault(p => p.Fits(traits));
    }

    private static bool Is3x3(NodeProto convolution) => convolution.Integers("kernel_shape") is [3, 3];

    private static bool Is7x7(NodeProto convolution) => convolution.Integers("kernel_shape") is [7, 7];

    private sealed class Traits(OnnxModel model)
    {
        public IReadOnlyList<NodeProto> Convolutions { get; } =
            [.. model.Graph.Node.Where(n => n.OpType is "Conv" or "QLinearConv" or "ConvInteger")];

        public bool Nhwc { get; } = model.Inputs is [var input] && InputShape.Layout(input.Shape) == PixelLayout.Nhwc;

        /// <summary>MobileNets' depthwise convolutions have a group for each channel; ResNeXt's groups are of several.</summary>
        public bool Depthwise =>
            Convolutions.Any(c => c.Integer("group", 1) is >= 16 and not 32) && Convolutions.Any(c => c.Integers("kernel_shape") is [1, 1]);

        public bool Has(string part) =>
            model.Graph.Node.Any(n => n.LayerName().Contains(part, StringComparison.Ordinal) || n.Output[0].Contains(part, StringComparison.Ordinal));
    }
}
