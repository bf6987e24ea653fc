using System.Globalization;
using MlNetVision.Files;
using SkiaSharp;

namespace MlNetVision.Imaging;

/// <summary>Encoded bytes → upright opaque image, by Skia's codecs.</summary>
internal static unsafe class ImageDecoder
{
    private const string Expected = "expected JPEG, PNG, WebP, BMP or GIF";

    /// <summary>
    /// The most scans of a progressive JPEG; encoders write about ten. Each costs a pass over the whole image, so that a
    /// small file of very many scans would keep the decoder busy for hours.
    /// </summary>
    private const int MostScans = 500;

    /// <param name="encoded">The bytes of an image file.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="limits">The limits of size.</param>
    /// <param name="toSrgb">Whether an embedded colour profile is applied, so that values are sRGB.</param>
    public static RgbImage Decode(ReadOnlySpan<byte> encoded, string name, ImageLimits limits, bool toSrgb = false)
    {
        if (encoded.IsEmpty) throw new BadImageException($"{name}: the file is empty (0 bytes); {Expected}.");
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((IntPtr)bytes, encoded.Length);
            using var codec = SKCodec.Create(data) ?? throw NotAnImage(encoded, name);
            Check(codec, name, limits);
            if (codec.EncodedFormat == SKEncodedImageFormat.Jpeg) CheckScans(encoded, name);
            var origin = codec.EncodedFormat == SKEncodedImageFormat.Png ? PngOrigin(bytes, encoded.Length) : codec.EncodedOrigin;
            var image = DecodePixels(codec, name, toSrgb);
            if (origin == SKEncodedOrigin.TopLeft) return image;
            using (image) return Upright.Turn(image, origin);
        }
    }

    /// <summary>Whether a format is decoded; Skia knows more formats than these.</summary>
    public static bool IsDecoded(SKEncodedImageFormat format) => format
        is SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Bmp or SKEncodedImageFormat.Gif;

    private static SKEncodedOrigin PngOrigin(byte* png, int length)
    {
        using var stream = new UnmanagedMemoryStream(png, length);
        return PngOrientation.Read(stream);
    }

    private static void Check(SKCodec codec, string name, ImageLimits limits)
    {
        var format = codec.EncodedFormat;
        if (!IsDecoded(format))
            throw new BadImageException($"{name}: the format is {format}; {Expected}.");
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        var most = limits.UsedPixels;
        if ((long)width * height > most)
            throw new BadImageException($"{name}: {format} of {width}×{height} pixels; at most {most} pixels are decoded.");
    }

    /// <summary>Counts start-of-scan markers; coded data never holds FF DA, only metadata may.</summary>
    private static void CheckScans(ReadOnlySpan<byte> jpeg, string name)
    {
        var scans = jpeg.Count([(byte)0xFF, (byte)0xDA]);
        if (scans > MostScans) throw new BadImageException($"{name}: JPEG of {scans} scans; at most {MostScans} are decoded.");
    }

    private static RgbImage DecodePixels(SKCodec codec, string name, bool toSrgb)
    {
        var opaque = codec.Info.AlphaType == SKAlphaType.Opaque;
        var image = Allocate(codec, name);
        try
        {
            // Without a colour space, Skia keeps the encoded values.
            using var srgb = toSrgb ? SKColorSpace.CreateSrgb() : null;
            var info = new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Unpremul, srgb);
            var result = codec.GetPixels(info, image.Bitmap.GetPixels());
            if (result != SKCodecResult.Success) throw Damaged(codec, name, result);
            if (!opaque) AlphaBlend.OverWhite(image.Pixels);
            return image;
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static RgbImage Allocate(SKCodec codec, string name)
    {
        try
        {
            // Zeroed, because a codec may skip pixels (frames smaller than their canvas).
            return new RgbImage(codec.Info.Width, codec.Info.Height);
        }
        catch (InsufficientMemoryException e)
        {
            throw new BadImageException($"{name}: {e.Message}", e);
        }
    }

    private static BadImageException NotAnImage(ReadOnlySpan<byte> encoded, string name)
    {
        var start = string.Join(' ', encoded[..Math.Min(8, encoded.Length)].ToArray().Select(b => b.ToString("X2", CultureInfo.InvariantCulture)));
        return new($"{name}: not a readable image, or its header is damaged: {encoded.Length} bytes that start with {start}; {Expected}.");
    }

    private static BadImageException Damaged(SKCodec codec, string name, SKCodecResult result)
    {
        var what = $"{name}: {codec.EncodedFormat} of {codec.Info.Width}×{codec.Info.Height} pixels";
        return result == SKCodecResult.IncompleteInput
            ? new($"{what} is truncated: the data ends before the last row.")
            : new($"{what} is truncated or damaged: the decoder stopped with {result}.");
    }
}

/// <summary>Reads the size of the upright image from its header, without decoding it.</summary>
internal static class ImageHeader
{
    /// <summary>The size of the upright image; <see langword="null"/> where the file is not an image of a format that is decoded.</summary>
    /// <exception cref="IOException">The file exists and cannot be read.</exception>
    public static (int Width, int Height)? TryRead(string path)
    {
        if (RegularFile.LengthOf(path) is null or 0) return null;
        using var codec = SKCodec.Create(path);
        if (codec is null || !ImageDecoder.IsDecoded(codec.EncodedFormat)) return null;
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        return Upright.SwapsSides(OriginOf(codec, path)) ? (height, width) : (width, height);
    }

    private static SKEncodedOrigin OriginOf(SKCodec codec, string path)
    {
        if (codec.EncodedFormat != SKEncodedImageFormat.Png) return codec.EncodedOrigin;
        using var png = RegularFile.OpenRead(path);
        return PngOrientation.Read(png);
    }
}
