using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Pipelines;

/// <summary>The saved form of <c>DecodePictures</c>: the bytes of a picture file in, upright picture out.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class DecodePictureMapping : CustomMappingFactory<DecodePictureMapping.Input, DecodePictureMapping.Output>
{
    internal const string Contract = "MlNetVision.DecodePicture/1";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping()
    {
        OnnxRuntimeEnvironment.Ensure(); // before the network's transform makes its own
        return Map;
    }

    internal static void Map(Input input, Output output)
    {
        using var picture = Picture.Load(input.Bytes, "a row");
        output.Picture = TrackedImage.Of(picture);
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>The bytes of a picture file.</summary>
        [ColumnName(PipelineColumns.Encoded)]
        public byte[]? Bytes { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The upright picture, of any size; collected with the row.</summary>
        [ColumnName(PipelineColumns.Picture), AnySizeImageType]
        public MLImage? Picture { get; set; }
    }
}
