using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>
/// Mattes: a value per pixel, 0 where an image stays as it is and 255 where something is done to it, such as a style
/// (<c>StyleBlend.MaskInPlace</c>).
/// </summary>
public static class Matte
{
    /// <summary>Some classes of a segmented image, with soft edges.</summary>
    /// <param name="mask">The classes of the image's pixels, of its size.</param>
    /// <param name="options">
    /// Which classes are meant (<see cref="CompositeOptions.Keep"/>) and how their edges run out; null: all but the background.
    /// </param>
    /// <exception cref="ArgumentException">The mask has no such class.</exception>
    public static byte[] Of(SegmentationMask mask, CompositeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(mask);
        options ??= new CompositeOptions();
        var kept = options.Kept(mask);
        if (options.Feather is null && MatteMaker.Own(mask, kept) is { } own) return own;
        return MatteMaker.Make(mask, kept, options.Feather ?? Math.Max(1, (mask.Width + mask.Height) / 400));
    }

    /// <summary>The brightness of an image, brought to a size: white is 255, black is 0.</summary>
    /// <param name="image">The mask as an image, of any size.</param>
    /// <param name="width">The width of the photo.</param>
    /// <param name="height">The height of the photo.</param>
    public static byte[] Of(RgbImage image, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(image);
        var options = new ResizeOptions { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area };
        using var sized = ImageResizer.Resize(image, options, out _);
        var mask = new byte[width * height];
        var pixels = sized.Pixels;
        for (var i = 0; i < mask.Length; i++)
            mask[i] = (byte)(0.299f * pixels[4 * i] + 0.587f * pixels[4 * i + 1] + 0.114f * pixels[4 * i + 2] + 0.5f);
        return mask;
    }

    /// <summary>
    /// Reads a mask from a file and resizes it. The samples of an indexed PNG with a palette of colours, as <c>segment</c> writes them, are
    /// classes; of any other image the brightness is the mask, unless classes are given.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="width">The width of the photo.</param>
    /// <param name="height">The height of the photo.</param>
    /// <param name="classes">The class indices that are meant, 0 to 255; null: all but 0, which is the background where there is one.</param>
    /// <exception cref="BadImageException">The file cannot be read, or classes are asked for and it is an image in colours.</exception>
    public static byte[] Load(string path, int width, int height, IReadOnlyList<int>? classes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var bytes = EncodedBytes.Read(path, ImageLimits.Default);
        var png = bytes.Span.StartsWith(PngFormat.Signature) || classes is not null ? new PngFile(bytes.Span, path, ImageLimits.Default) : null;
        if (png is null || (classes is null && png is not { Header.Type: PngColorType.Indexed, IsGreyPalette: false }))
        {
            using var image = RgbImage.Load(bytes.Span, path);
            return Of(image, width, height);
        }
        var mask = MaskPng.Decode(png);
        var kept = new bool[SegmentationMask.MaxClasses];
        for (var c = 0; c < kept.Length; c++) kept[c] = classes?.Contains(c) ?? c > 0;
        return MatteMaker.Make(ClassMaps.Resize(mask, width, height), kept, Math.Max(1, (width + height) / 400));
    }

    /// <summary>Exchanges what is meant and what is not, in place.</summary>
    public static void InvertInPlace(Span<byte> mask)
    {
        foreach (ref var m in mask) m = (byte)(255 - m);
    }
}
