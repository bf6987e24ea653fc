using MlNetVision.Imaging;
using SkiaSharp;

namespace MlNetVision.Inference;

/// <summary>The order and width of the channels of raw pixels.</summary>
public enum RawPixelFormat
{
    /// <summary>Three bytes: red, green, blue.</summary>
    Rgb24,

    /// <summary>Three bytes: blue, green, red, as OpenCV holds them.</summary>
    Bgr24,

    /// <summary>Four bytes: red, green, blue, and alpha, which is blended over white (not premultiplied).</summary>
    Rgba32,

    /// <summary>Four bytes: blue, green, red, and alpha, which is blended over white (not premultiplied).</summary>
    Bgra32,

    /// <summary>One byte of grey.</summary>
    Gray8,
}

/// <summary>
/// One image: a file, encoded bytes, a stream, an <see cref="RgbImage"/>, an <c>MLImage</c>, an <see cref="SKBitmap"/>, or raw
/// pixels. Paths, bytes, streams and images convert to it implicitly: <c>detector.Detect("street.jpg")</c>, <c>detector.Detect(bytes)</c>.
/// It is read when its turn comes; the caller's objects are neither changed nor disposed.
/// </summary>
public sealed partial class ImageSource
{
    private readonly RgbImage? _image;
    private readonly Func<ImageLimits?, bool, RgbImage>? _open;

    private ImageSource(string name, RgbImage image) => (Name, _image) = (name, image);

    private ImageSource(string name, Func<ImageLimits?, bool, RgbImage> open) => (Name, _open) = (name, open);

    /// <summary>What results and messages call the image: the path of a file, or the given name. Default: empty.</summary>
    public string Name { get; }

    /// <summary>An image file: JPEG, PNG, WebP, BMP or GIF; see <see cref="RgbImage.Load(string, ImageLimits?)"/>.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static ImageSource FromFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new(path, (limits, srgb) => srgb ? RgbImage.LoadSrgb(path, limits) : RgbImage.Load(path, limits));
    }

    /// <summary>The bytes of an image file.</summary>
    /// <param name="encoded">The bytes; they must stay as they are until the image's turn has passed.</param>
    /// <param name="name">The image's name in results and messages. Default: empty.</param>
    public static ImageSource FromBytes(ReadOnlyMemory<byte> encoded, string name = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        return new(name, (limits, srgb) => srgb
            ? RgbImage.LoadSrgb(encoded.Span, DisplayName(name), limits)
            : RgbImage.Load(encoded.Span, DisplayName(name), limits));
    }

    /// <summary>An image file in a stream, from its position to its end. It is read once, when the image's turn comes, and stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="name">The image's name in results and messages. Default: empty.</param>
    public static ImageSource FromStream(Stream stream, string name = "")
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        return new(name, (limits, srgb) => srgb
            ? RgbImage.LoadSrgb(stream, DisplayName(name), limits)
            : RgbImage.Load(stream, DisplayName(name), limits));
    }

    /// <summary>A decoded image, which stays the caller's: dispose it when the image's turn has passed.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">Its name in results and messages. Default: empty.</param>
    public static ImageSource FromImage(RgbImage image, string name = "")
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(name);
        return new(name, image);
    }

    /// <summary>A bitmap of SkiaSharp, whose pixels are copied when the image's turn comes; alpha is blended over white.</summary>
    /// <param name="bitmap">The bitmap, which stays the caller's.</param>
    /// <param name="name">The image's name in results and messages. Default: empty.</param>
    public static ImageSource FromBitmap(SKBitmap bitmap, string name = "")
    {
        ArgumentNullException.ThrowIfNull(bitmap);
        ArgumentNullException.ThrowIfNull(name);
        return new(name, (limits, srgb) => Copy(bitmap, DisplayName(name), limits, srgb));
    }

    /// <summary>Raw pixels, rows from the top.</summary>
    /// <param name="pixels">The bytes, which must stay as they are until the image's turn has passed.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <param name="format">The channels of a pixel.</param>
    /// <param name="stride">The bytes from one row to the next; 0, the default: rows follow one another without a gap.</param>
    /// <param name="name">The image's name in results and messages. Default: empty.</param>
    /// <exception cref="ArgumentException">A size is below 1, a row does not fit its stride, or there are fewer bytes than rows.</exception>
    public static ImageSource FromPixels(ReadOnlyMemory<byte> pixels, int width, int height, RawPixelFormat format, int stride = 0, string name = "")
    {
        ArgumentNullException.ThrowIfNull(name);
        var raw = new RawPixels(pixels, width, height, format, stride);
        return new(name, (limits, _) => raw.ToImage(DisplayName(name), limits));
    }

    /// <summary>An image file.</summary>
    public static implicit operator ImageSource(string path) => FromFile(path);

    /// <summary>The bytes of an image file.</summary>
    public static implicit operator ImageSource(byte[] encoded)
    {
        ArgumentNullException.ThrowIfNull(encoded);
        return FromBytes(encoded);
    }

    /// <summary>An image file in a stream.</summary>
    public static implicit operator ImageSource(Stream stream) => FromStream(stream);

    /// <summary>A decoded image.</summary>
    public static implicit operator ImageSource(RgbImage image) => FromImage(image);

    /// <summary>A bitmap of SkiaSharp.</summary>
    public static implicit operator ImageSource(SKBitmap bitmap) => FromBitmap(bitmap);

    /// <summary>Reads the image into memory; a caller's own image is copied. A stream can be read once.</summary>
    /// <param name="limits">The limits of size; null: <see cref="ImageLimits.Default"/>.</param>
    /// <param name="toSrgb">Whether the colour profile of a file is applied, as for art. Default: no, as networks are trained.</param>
    /// <returns>The upright image; the caller disposes it.</returns>
    /// <exception cref="BadImageException">The image cannot be read; the message names it.</exception>
    /// <exception cref="ObjectDisposedException">The caller's image is disposed.</exception>
    public RgbImage Load(ImageLimits? limits = null, bool toSrgb = false) => _image is null ? _open!(limits, toSrgb) : _image.Clone();

    /// <inheritdoc/>
    public override string ToString() => DisplayName(Name);

    /// <summary>The image in memory; where it is the caller's own, <see cref="Opened.Dispose"/> keeps it.</summary>
    /// <param name="limits">The limits of size; null: the default.</param>
    /// <param name="srgb">Whether a colour profile is applied.</param>
    /// <exception cref="BadImageException">The image cannot be read; the message names it.</exception>
    /// <exception cref="ObjectDisposedException">The caller's image is disposed.</exception>
    internal Opened Open(ImageLimits? limits, bool srgb)
    {
        if (_image is null) return new(_open!(limits, srgb), isOurs: true);
        _ = _image.Pixels;   // throws where it is disposed
        return new(_image, isOurs: false);
    }

    /// <summary>One file of many; an empty path is an error when its turn comes, since it must not end the others.</summary>
    internal static ImageSource FromFileOfMany(string? path) => string.IsNullOrEmpty(path)
        ? new("", (_, _) => throw new BadImageException("A path is empty; expected an image file."))
        : FromFile(path);

    internal static string DisplayName(string name) => name.Length == 0 ? "the image" : name;

    private static RgbImage Copy(SKBitmap bitmap, string name, ImageLimits? limits, bool srgb)
    {
        // SkiaSharp itself ends the process.
        ObjectDisposedException.ThrowIf(bitmap.Handle == IntPtr.Zero, bitmap);
        if (bitmap.Width < 1 || bitmap.Height < 1)
            throw new BadImageException($"{name}: the bitmap has {bitmap.Width}×{bitmap.Height} pixels; expected 1×1 or more.");
        RawPixels.CheckLimits(bitmap.Width, bitmap.Height, name, limits);
        var image = new RgbImage(bitmap.Width, bitmap.Height);
        // Unpremultiplied and blended by us, as files are.
        using var pixels = bitmap.PeekPixels();
        using var space = srgb && bitmap.ColorSpace is not null ? SKColorSpace.CreateSrgb() : null;
        var unpremultiplied = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul, space ?? bitmap.ColorSpace);
        if (pixels?.ReadPixels(unpremultiplied, image.Bitmap.GetPixels(), image.Width * 4, 0, 0) != true)
        {
            image.Dispose();
            throw new BadImageException($"{name}: the pixels of the bitmap ({bitmap.ColorType}) cannot be read.");
        }
        if (bitmap.AlphaType != SKAlphaType.Opaque) AlphaBlend.OverWhite(image.Pixels);
        else foreach (ref var word in image.Words) word |= 0xFF000000;   // the fourth byte of an opaque bitmap may be anything
        return image;
    }

    /// <summary>An image in memory while it is processed.</summary>
    internal readonly struct Opened(RgbImage image, bool isOurs) : IDisposable
    {
        public RgbImage Image => image;

        public void Dispose()
        {
            if (isOurs) image.Dispose();
        }
    }
}
