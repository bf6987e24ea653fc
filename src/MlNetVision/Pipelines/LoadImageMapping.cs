using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Imaging;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Pipelines;

/// <summary>
/// The saved form of <c>LoadUprightImages</c>: path in, upright image out. It stands where <c>LoadImages</c> would,
/// which ignores EXIF orientation.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class LoadImageMapping : CustomMappingFactory<LoadImageMapping.Input, LoadImageMapping.Output>
{
    internal const string Contract = "MlNetVision.LoadImage/1";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping()
    {
        // A saved chain is loaded transform by transform, so this comes before the network's.
        OnnxRuntimeEnvironment.Ensure();
        return Map;
    }

    internal static void Map(Input input, Output output)
    {
        using var image = RgbImage.Load(input.Path.ToString());
        output.Image = TrackedImage.Of(image);
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>The path of an image.</summary>
        [ColumnName(PipelineColumns.Path)]
        public ReadOnlyMemory<char> Path { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The upright image, of any size; collected with the row.</summary>
        [ColumnName(PipelineColumns.Image), AnySizeImageType]
        public MLImage? Image { get; set; }
    }
}
