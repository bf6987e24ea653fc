namespace MlNetVision.Training.Vision;

public sealed partial class ImageClassificationTrainer
{
    // Names in the catalogue, or of files in the model folder: the catalogue has neither ResNet v2 with 101 layers nor Inception v3.
    private static readonly Dictionary<Architecture, string> Networks = new()
    {
        [Architecture.ResnetV2101] = "resnet101-v2-7",
        [Architecture.InceptionV3] = "inception-v3",
        [Architecture.MobilenetV2] = "mobilenetv2-7",
        [Architecture.ResnetV250] = "resnet50-v2-7",
        [Architecture.Vgg16] = "vgg16-7",
        [Architecture.SqueezeNet] = "squeezenet1.1-7",
        [Architecture.Flowers] = "flowers",
    };

    /// <summary>
    /// The network whose features are classified. The first four are those of Microsoft.ML.Vision. None is replaced by another: where one is not at
    /// hand, training throws <see cref="BadModelException"/>, which says how to get it.
    /// </summary>
    public enum Architecture
    {
        /// <summary>ResNet v2 with 101 layers: not in the catalogue; <c>resnet101-v2-7.onnx</c> in the model folder is used.</summary>
        ResnetV2101,

        /// <summary>Inception v3: not in the catalogue; <c>inception-v3.onnx</c> in the model folder is used.</summary>
        InceptionV3,

        /// <summary>MobileNet v2: <c>mobilenetv2-7</c> of the catalogue.</summary>
        MobilenetV2,

        /// <summary>ResNet v2 with 50 layers: <c>resnet50-v2-7</c> of the catalogue.</summary>
        ResnetV250,

        /// <summary>VGG16: <c>vgg16-7</c> of the catalogue.</summary>
        Vgg16,

        /// <summary>SqueezeNet 1.1: <c>squeezenet1.1-7</c> of the catalogue.</summary>
        SqueezeNet,

        /// <summary>The bundled small network: no download, lowest accuracy.</summary>
        Flowers,
    }
}
