using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MlNetVision.Imaging;

namespace MlNetVision.Pipelines;

/// <summary>
/// The saved form of <c>ResizeUprightImages</c>: an image at the network's size, and the geometry that leads back. It stands
/// where <c>ResizeImages</c> would, whose <c>Fill</c> takes the nearest pixel and whose <c>IsoPad</c> pads black.
/// </summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class ResizeImageMapping : CustomMappingFactory<ResizeImageMapping.Input, ResizeImageMapping.Output>
{
    internal const string Contract = "MlNetVision.ResizeImage/1";

    private static readonly SettingsCache<ResizeOptions, ResizeOptions> Options = new(options => options);

    /// <inheritdoc/>
    public override Action<Input, Output> GetMapping() => Map;

    internal static void Map(Input input, Output output)
    {
        var given = input.Image ?? throw new BadImageException("A row holds no image; expected an image in every row.");
        using var image = ToImage(given);
        using var resized = ImageResizer.Resize(image, Options.Get(input.Settings), out var geometry);
        output.Resized = TrackedImage.Of(resized);
        output.Geometry = GeometryColumn.Write(geometry);
    }

    private static RgbImage ToImage(MLImage given)
    {
        var image = new RgbImage(given.Width, given.Height);
        var target = image.Pixels;
        given.Pixels.CopyTo(target);
        if (given.PixelFormat == MLPixelFormat.Bgra32) SwapRedAndBlue(target);
        BlendOverWhite(target);
        return image;
    }

    // As little-endian words: keep alpha and green, exchange bytes 0 and 2.
    private static void SwapRedAndBlue(Span<byte> pixels)
    {
        foreach (ref var p in MemoryMarshal.Cast<byte, uint>(pixels))
            p = (p & 0xFF00FF00) | ((p & 0xFF) << 16) | ((p >> 16) & 0xFF);
    }

    // ML.NET's images are premultiplied, as SkiaSharp decodes them by default: colour · alpha + white · (1 − alpha).
    private static void BlendOverWhite(Span<byte> pixels)
    {
        for (var i = 0; i < pixels.Length; i += 4)
        {
            var white = 255 - pixels[i + 3];
            if (white == 0) continue;
            for (var c = i; c < i + 3; c++) pixels[c] = (byte)Math.Min(255, pixels[c] + white);
            pixels[i + 3] = 255;
        }
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

        /// <summary>The geometry that leads from network to image.</summary>
        [ColumnName(PipelineColumns.Geometry)]
        public float[]? Geometry { get; set; }
    }
}
