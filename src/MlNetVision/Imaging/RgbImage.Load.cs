namespace MlNetVision.Imaging;

public sealed partial class RgbImage
{
    /// <summary>
    /// Reads an image file: JPEG (grey, colour, CMYK), PNG (up to 16 bits, palettes), WebP, BMP or GIF (first frame),
    /// recognised by content, not by extension. It is turned upright by its EXIF orientation; alpha is blended over white.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">The limits of size; <see cref="ImageLimits.Default"/> where null.</param>
    /// <returns>The image; the caller disposes it.</returns>
    /// <exception cref="BadImageException">The file is missing, unreadable, empty, truncated, not an image, or beyond the limits.</exception>
    public static RgbImage Load(string path, ImageLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var bytes = EncodedBytes.Read(path, limits ?? ImageLimits.Default);
        return ImageDecoder.Decode(bytes.Span, path, limits ?? ImageLimits.Default);
    }

    /// <summary>
    /// Reads an image file and applies its colour profile (ICC), where it has one, so that values are sRGB: for images that are
    /// written without the profile. For networks prefer <see cref="Load(string, ImageLimits?)"/>, as in training.
    /// </summary>
    /// <inheritdoc cref="Load(string, ImageLimits?)"/>
    public static RgbImage LoadSrgb(string path, ImageLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var bytes = EncodedBytes.Read(path, limits ?? ImageLimits.Default);
        return ImageDecoder.Decode(bytes.Span, path, limits ?? ImageLimits.Default, toSrgb: true);
    }

    /// <summary>Reads an image from a stream and applies its colour profile; see <see cref="LoadSrgb(string, ImageLimits?)"/>.</summary>
    /// <inheritdoc cref="Load(Stream, string, ImageLimits?)"/>
    public static RgbImage LoadSrgb(Stream stream, string name, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var bytes = EncodedBytes.Read(stream, name, limits ?? ImageLimits.Default);
        return ImageDecoder.Decode(bytes.Span, name, limits ?? ImageLimits.Default, toSrgb: true);
    }

    /// <summary>Reads an image from a stream, from its position to its end; see <see cref="Load(string, ImageLimits?)"/>.</summary>
    /// <param name="stream">The encoded image; it is not closed.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="limits">The limits of size; <see cref="ImageLimits.Default"/> where null.</param>
    /// <returns>The image; the caller disposes it.</returns>
    /// <exception cref="BadImageException">The stream is unreadable, empty, truncated, not an image, or beyond the limits.</exception>
    public static RgbImage Load(Stream stream, string name, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var bytes = EncodedBytes.Read(stream, name, limits ?? ImageLimits.Default);
        return ImageDecoder.Decode(bytes.Span, name, limits ?? ImageLimits.Default);
    }

    /// <summary>Decodes an image from memory; see <see cref="Load(string, ImageLimits?)"/>.</summary>
    /// <param name="encoded">The bytes of an image file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="limits">The limits of size; <see cref="ImageLimits.Default"/> where null.</param>
    /// <returns>The image; the caller disposes it.</returns>
    /// <exception cref="BadImageException">The bytes are empty, truncated, not an image, or beyond the limits.</exception>
    public static RgbImage Load(ReadOnlySpan<byte> encoded, string name, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ImageDecoder.Decode(encoded, name, limits ?? ImageLimits.Default);
    }

    /// <summary>Decodes an image from memory and applies its colour profile; see <see cref="LoadSrgb(string, ImageLimits?)"/>.</summary>
    /// <inheritdoc cref="Load(ReadOnlySpan{byte}, string, ImageLimits?)"/>
    public static RgbImage LoadSrgb(ReadOnlySpan<byte> encoded, string name, ImageLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ImageDecoder.Decode(encoded, name, limits ?? ImageLimits.Default, toSrgb: true);
    }
}

/// <summary>Limits for images of unknown origin; a larger one is refused before memory is allocated for it.</summary>
public sealed record ImageLimits
{
    /// <summary>The limits where none are given: 100 million pixels (400 MB decoded), 256 MiB encoded.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>The most pixels, width × height. Default: 100,000,000; at most 536,870,911 is used.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>The most pixels that are taken: four bytes each must fit an array.</summary>
    internal long UsedPixels => Math.Min(MaxPixels, int.MaxValue / 4);

    /// <summary>The most bytes of the encoded file. Default: 268,435,456; at most 2,147,483,591 is used.</summary>
    public long MaxBytes { get; init; } = 256L << 20;
}
