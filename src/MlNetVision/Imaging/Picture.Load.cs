namespace MlNetVision.Imaging;

public sealed partial class Picture
{
    /// <summary>
    /// Reads a picture file: JPEG (grey, colour, CMYK), PNG (up to 16 bits, palettes), WebP, BMP or GIF (first frame), told
    /// by content, not by extension. It is turned upright by its EXIF orientation; alpha is blended over white.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">The most that the file may ask for; <see cref="PictureLimits.Default"/> where null.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="BadImageException">The file is missing, unreadable, empty, truncated, no picture, or beyond the limits.</exception>
    public static Picture Load(string path, PictureLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var bytes = EncodedBytes.Read(path, limits ?? PictureLimits.Default);
        return PictureDecoder.Decode(bytes.Span, path, limits ?? PictureLimits.Default);
    }

    /// <summary>
    /// Reads a picture file and applies its colour profile (ICC), where it has one, so that values are sRGB: for pictures that are
    /// written again without the profile. Networks are better served by <see cref="Load(string, PictureLimits?)"/>, as other programs feed them.
    /// </summary>
    /// <inheritdoc cref="Load(string, PictureLimits?)"/>
    public static Picture LoadSrgb(string path, PictureLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var bytes = EncodedBytes.Read(path, limits ?? PictureLimits.Default);
        return PictureDecoder.Decode(bytes.Span, path, limits ?? PictureLimits.Default, toSrgb: true);
    }

    /// <summary>Reads a picture from a stream and applies its colour profile; see <see cref="LoadSrgb(string, PictureLimits?)"/>.</summary>
    /// <inheritdoc cref="Load(Stream, string, PictureLimits?)"/>
    public static Picture LoadSrgb(Stream stream, string name, PictureLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var bytes = EncodedBytes.Read(stream, name, limits ?? PictureLimits.Default);
        return PictureDecoder.Decode(bytes.Span, name, limits ?? PictureLimits.Default, toSrgb: true);
    }

    /// <summary>Reads a picture from a stream, from where it stands to its end; see <see cref="Load(string, PictureLimits?)"/>.</summary>
    /// <param name="stream">The encoded picture; it is not closed.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">The most that the stream may ask for; <see cref="PictureLimits.Default"/> where null.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="BadImageException">The stream is unreadable, empty, truncated, no picture, or beyond the limits.</exception>
    public static Picture Load(Stream stream, string name, PictureLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        using var bytes = EncodedBytes.Read(stream, name, limits ?? PictureLimits.Default);
        return PictureDecoder.Decode(bytes.Span, name, limits ?? PictureLimits.Default);
    }

    /// <summary>Decodes a picture from memory; see <see cref="Load(string, PictureLimits?)"/>.</summary>
    /// <param name="encoded">The bytes of a picture file.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="limits">The most that the bytes may ask for; <see cref="PictureLimits.Default"/> where null.</param>
    /// <returns>The picture; the caller disposes it.</returns>
    /// <exception cref="BadImageException">The bytes are empty, truncated, no picture, or beyond the limits.</exception>
    public static Picture Load(ReadOnlySpan<byte> encoded, string name, PictureLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return PictureDecoder.Decode(encoded, name, limits ?? PictureLimits.Default);
    }
}
