using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Pipelines;

/// <summary>The saved form of <c>DecodeUprightImages</c>: the bytes of an image file in, upright image out.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class DecodeImageMapping : CustomMappingFactory<DecodeImageMapping.Input, DecodeImageMapping.Output>
{
    internal const string Contract = "MlNetVision.DecodeImage/1";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping()
    {
        OnnxRuntimeEnvironment.Ensure(); // before the network's transform makes its own
        return Map;
    }

    internal static void Map(Input input, Output output)
    {
        using var image = RgbImage.Load(input.Bytes, "a row");
        output.Image = TrackedImage.Of(image);
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>The bytes of an image file.</summary>
        [ColumnName(PipelineColumns.Encoded)]
        public byte[]? Bytes { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The upright image, of any size; collected with the row.</summary>
        [ColumnName(PipelineColumns.Image), AnySizeImageType]
        public MLImage? Image { get; set; }
    }
}
