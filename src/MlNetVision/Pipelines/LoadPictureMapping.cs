using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Pipelines;

/// <summary>
/// The saved form of <c>LoadPictures</c>: path in, upright picture out. It stands where <c>LoadImages</c> would,
/// which ignores EXIF orientation.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class LoadPictureMapping : CustomMappingFactory<LoadPictureMapping.Input, LoadPictureMapping.Output>
{
    internal const string Contract = "MlNetVision.LoadPicture/1";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping()
    {
        // A saved chain is loaded transform by transform, so this comes before the network's.
        OnnxRuntimeEnvironment.Ensure();
        return Map;
    }

    internal static void Map(Input input, Output output)
    {
        using var picture = Picture.Load(input.Path.ToString());
        output.Picture = TrackedImage.Of(picture);
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>The path of a picture.</summary>
        [ColumnName(PipelineColumns.Path)]
        public ReadOnlyMemory<char> Path { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The upright picture, of any size; collected with the row.</summary>
        [ColumnName(PipelineColumns.Picture), AnySizeImageType]
        public MLImage? Picture { get; set; }
    }
}
