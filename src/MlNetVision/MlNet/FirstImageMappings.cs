using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.MlNet;

/// <summary>
/// The saved form of <c>LoadUprightImages</c>: path in, upright image out. It replaces <c>LoadImages</c>,
/// which ignores EXIF orientation.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class LoadImageMapping1 : CustomMappingFactory<LoadImageMapping1.Input, LoadImageMapping1.Output>
{
    internal const string Contract = "MlNetVision.LoadImage/1";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping()
    {
        // A saved chain is loaded transform by transform: create the environment before the network's transform does.
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
        /// <summary>The upright image, of any size; garbage-collected with the row.</summary>
        [ColumnName(PipelineColumns.Image), AnySizeImageType]
        public MLImage? Image { get; set; }
    }
}

/// <summary>The saved form of <c>DecodeUprightImages</c>: the bytes of an image file in, upright image out.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class DecodeImageMapping1 : CustomMappingFactory<DecodeImageMapping1.Input, DecodeImageMapping1.Output>
{
    internal const string Contract = "MlNetVision.DecodeImage/1";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping()
    {
        OnnxRuntimeEnvironment.Ensure(); // before the network's transform creates its own
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
        /// <summary>The upright image, of any size; garbage-collected with the row.</summary>
        [ColumnName(PipelineColumns.Image), AnySizeImageType]
        public MLImage? Image { get; set; }
    }
}

/// <summary>
/// The saved form of <c>ResizeUprightImages</c>: an image at the network's size, and its geometry. It replaces <c>ResizeImages</c>,
/// whose <c>Fill</c> takes the nearest pixel and whose <c>IsoPad</c> pads with black.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ResizeImageMapping1 : CustomMappingFactory<ResizeImageMapping1.Input, ResizeImageMapping1.Output>
{
    internal const string Contract = "MlNetVision.ResizeImage/1";

    private static readonly SettingsCache<ResizeOptions, ResizeOptions> Options = new(SettingsJson.Resize, options => options);

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output)
    {
        var given = input.Image ?? throw new BadImageException("A row has no image; expected an image in every row.");
        using var image = ImageSource.Copy(given);
        using var resized = ImageResizer.Resize(image, Options.Get(input.Settings), out var geometry);
        output.Resized = TrackedImage.Of(resized);
        output.Geometry = GeometryColumn.Write(geometry);
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>The image, of any size, RGBA or BGRA.</summary>
        [ColumnName(PipelineColumns.Image), AnySizeImageType]
        public MLImage? Image { get; set; }

        /// <summary>The options as JSON.</summary>
        [ColumnName(PipelineColumns.Settings)]
        public ReadOnlyMemory<char> Settings { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The image at the network's size.</summary>
        [ColumnName(PipelineColumns.Resized), AnySizeImageType]
        public MLImage? Resized { get; set; }

        /// <summary>The geometry that maps the network's pixels to the image's.</summary>
        [ColumnName(PipelineColumns.Geometry)]
        public float[]? Geometry { get; set; }
    }
}

