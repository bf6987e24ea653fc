namespace MlNetVision.Training.Vision;

public sealed partial class ImageClassificationTrainer
{
    // Networks of the ONNX model zoo, under the names of the catalogue.
    private static readonly Dictionary<Architecture, string> Networks = new()
    {
        [Architecture.ResnetV2101] = "resnet101-v2-7",
        [Architecture.InceptionV3] = "inception-v2-9",
        [Architecture.MobilenetV2] = "mobilenetv2-7",
        [Architecture.ResnetV250] = "resnet50-v2-7",
        [Architecture.Vgg16] = "vgg16-7",
        [Architecture.SqueezeNet] = "squeezenet1.1-7",
        [Architecture.Flowers] = "flowers",
    };

    /// <summary>The network whose features are classified. The first four are those of Microsoft.ML.Vision.</summary>
    public enum Architecture
    {
        /// <summary>ResNet v2 with 101 layers.</summary>
        ResnetV2101,

        /// <summary>Inception v2, because the model zoo has no v3.</summary>
        InceptionV3,

        /// <summary>MobileNet v2.</summary>
        MobilenetV2,

        /// <summary>ResNet v2 with 50 layers.</summary>
        ResnetV250,

        /// <summary>VGG16.</summary>
        Vgg16,

        /// <summary>SqueezeNet 1.1.</summary>
        SqueezeNet,

        /// <summary>The bundled small network: no download, lowest accuracy.</summary>
        Flowers,
    }
}
