using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.MlNet;

/// <summary>
/// The saved form of <c>LoadUprightImages</c>: path in, upright image or error out. It replaces <c>LoadImages</c>,
/// which ignores EXIF orientation.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class LoadImageMapping : CustomMappingFactory<LoadImageMapping.Input, ImageOutput>
{
    internal const string Contract = "MlNetVision.LoadImage/2";

    /// <inheritdoc/>
    public override Action<Input, ImageOutput> GetMapping()
    {
        // A saved chain is loaded transform by transform: create the environment before the network's transform does.
        OnnxRuntimeEnvironment.Ensure();
        return Map;
    }

    internal static void Map(Input input, ImageOutput output) => output.Read(input.Row, column =>
    {
        var path = input.Path.ToString();
        return path.Length > 0 ? RgbImage.Load(path)
            : throw new BadImageException($"The column '{column}' is empty in a row; expected the path of an image.");
    });

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>The path of an image.</summary>
        [ColumnName(PipelineColumns.Path)]
        public ReadOnlyMemory<char> Path { get; set; }

        /// <summary>The <see cref="RowSettings"/> as JSON.</summary>
        [ColumnName(PipelineColumns.Row)]
        public ReadOnlyMemory<char> Row { get; set; }
    }
}

/// <summary>The saved form of <c>DecodeUprightImages</c>: the bytes of an image file in, upright image or error out.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class DecodeImageMapping : CustomMappingFactory<DecodeImageMapping.Input, ImageOutput>
{
    internal const string Contract = "MlNetVision.DecodeImage/2";

    /// <inheritdoc/>
    public override Action<Input, ImageOutput> GetMapping()
    {
        OnnxRuntimeEnvironment.Ensure(); // before the network's transform creates its own
        return Map;
    }

    internal static void Map(Input input, ImageOutput output) =>
        output.Read(input.Row, column => RgbImage.Load(input.Bytes, $"a row of the column '{column}'"));

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>The bytes of an image file.</summary>
        [ColumnName(PipelineColumns.Encoded)]
        public byte[]? Bytes { get; set; }

        /// <summary>The <see cref="RowSettings"/> as JSON.</summary>
        [ColumnName(PipelineColumns.Row)]
        public ReadOnlyMemory<char> Row { get; set; }
    }
}

/// <summary>The columns written by both.</summary>
internal sealed class ImageOutput
{
    private static readonly SettingsCache<RowSettings, RowSettings> Rows = new(RowSettings.Json, row => row);

    /// <summary>The upright image, of any size; garbage-collected with the row. Null where there is an error.</summary>
    [ColumnName(PipelineColumns.Image), AnySizeImageType]
    public MLImage? Image { get; set; }

    /// <summary>Why there is no image; else empty.</summary>
    [ColumnName(PipelineColumns.Error)]
    public ReadOnlyMemory<char> Error { get; set; }

    /// <summary>Reads the image of a row, given the name of its column.</summary>
    internal void Read(ReadOnlyMemory<char> settings, Func<string, RgbImage> read)
    {
        var row = Rows.Get(settings);
        try
        {
            using var image = read(row.Column);
            (Image, Error) = (TrackedImage.Of(image), default);
        }
        catch (BadImageException e) when (!row.Throws)
        {
            (Image, Error) = (null, e.Message.AsMemory());
        }
    }
}

/// <summary>
/// The saved form of <c>ResizeUprightImages</c>: an image at the network's size, and its geometry. It replaces <c>ResizeImages</c>,
/// whose <c>Fill</c> takes the nearest pixel and whose <c>IsoPad</c> pads with black.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ResizeImageMapping : CustomMappingFactory<ResizeImageMapping.Input, ResizeImageMapping.Output>
{
    internal const string Contract = "MlNetVision.ResizeImage/2";

    private static readonly SettingsCache<ResizeOptions, ResizeOptions> Options = new(SettingsJson.Resize, options => options);
    private static readonly SettingsCache<RowSettings, RowSettings> Rows = new(RowSettings.Json, row => row);

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output)
    {
        var options = Options.Get(input.Settings);
        if (input.Image is { } given)
        {
            using var image = ImageSource.Copy(given);
            using var resized = ImageResizer.Resize(image, options, out var geometry);
            (output.Resized, output.Geometry) = (TrackedImage.Of(resized), GeometryColumn.Write(geometry));
            (output.Mark, output.Error) = (1, default);
            return;
        }
        var row = Rows.Get(input.Row);
        var error = $"The column '{row.Column}' has no image in a row.";
        if (row.Throws) throw new BadImageException(error);
        // ResizeImages, which comes next, disposes the images of rows before: each row has its own.
        using var blank = new RgbImage(options.Width, options.Height);
        (output.Resized, output.Geometry) = (TrackedImage.Of(blank), GeometryColumn.None());
        (output.Mark, output.Error) = (float.NaN, input.LoadError.IsEmpty ? error.AsMemory() : input.LoadError);
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>The image, of any size, RGBA or BGRA; null: there is none.</summary>
        [ColumnName(PipelineColumns.Image), AnySizeImageType]
        public MLImage? Image { get; set; }

        /// <summary>The options as JSON.</summary>
        [ColumnName(PipelineColumns.Settings)]
        public ReadOnlyMemory<char> Settings { get; set; }

        /// <summary>The <see cref="RowSettings"/> as JSON.</summary>
        [ColumnName(PipelineColumns.Row)]
        public ReadOnlyMemory<char> Row { get; set; }

        /// <summary>Why the image could not be read; empty where it was not tried.</summary>
        [ColumnName(PipelineColumns.LoadError)]
        public ReadOnlyMemory<char> LoadError { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The image at the network's size; blank in a row without an image.</summary>
        [ColumnName(PipelineColumns.Resized), AnySizeImageType]
        public MLImage? Resized { get; set; }

        /// <summary>The geometry that maps the network's pixels to the image's; zeros in a row without an image.</summary>
        [ColumnName(PipelineColumns.Geometry)]
        public float[]? Geometry { get; set; }

        /// <summary>1, and NaN in a row without an image.</summary>
        [ColumnName(PipelineColumns.Mark)]
        public float Mark { get; set; }

        /// <summary>Why there is no image; else empty.</summary>
        [ColumnName(PipelineColumns.Error)]
        public ReadOnlyMemory<char> Error { get; set; }
    }
}

/// <summary>The saved form of the step from the pixels of images of a declared size to images; see <see cref="DeclaredSizes"/>.</summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class ImageOfPixelsMapping : CustomMappingFactory<ImageOfPixelsMapping.Input, ImageOfPixelsMapping.Output>
{
    internal const string Contract = "MlNetVision.ImageOfPixels/1";

    private static readonly SettingsCache<RowSettings, RowSettings> Rows = new(RowSettings.Json, row => row);

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output)
    {
        var row = Rows.Get(input.Row);
        output.Image = input.Pixels.IsDense ? TrackedImage.Of(row.Width, row.Height, Rgba(input.Pixels.GetValues())) : null;
    }

    private static byte[] Rgba(ReadOnlySpan<byte> argb)
    {
        var rgba = new byte[argb.Length];
        for (var i = 0; i < rgba.Length; i += 4)
        {
            argb.Slice(i + 1, 3).CopyTo(rgba.AsSpan(i));
            rgba[i + 3] = argb[i];
        }
        return rgba;
    }

    /// <summary>The columns read.</summary>
    public sealed class Input
    {
        /// <summary>Alpha, red, green and blue of each pixel, row by row; not dense where there is no image.</summary>
        [ColumnName(PipelineColumns.Sized)]
        public VBuffer<byte> Pixels { get; set; }

        /// <summary>The <see cref="RowSettings"/> as JSON.</summary>
        [ColumnName(PipelineColumns.Row)]
        public ReadOnlyMemory<char> Row { get; set; }
    }

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>The image; null where there is none.</summary>
        [ColumnName(PipelineColumns.Image), AnySizeImageType]
        public MLImage? Image { get; set; }
    }
}

/// <summary>
/// The saved form of a column of empty text. The parameters of a chain are the constant of an <c>Expression</c>, which
/// must read a text column, and not every chain has one.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
internal sealed class EmptyTextMapping : CustomMappingFactory<EmptyTextMapping.Input, EmptyTextMapping.Output>
{
    internal const string Contract = "MlNetVision.EmptyText/1";

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output) => output.Text = ReadOnlyMemory<char>.Empty;

    /// <summary>No column is read.</summary>
    public sealed class Input;

    /// <summary>The columns written.</summary>
    public sealed class Output
    {
        /// <summary>Empty.</summary>
        [ColumnName(PipelineColumns.Empty)]
        public ReadOnlyMemory<char> Text { get; set; }
    }
}
