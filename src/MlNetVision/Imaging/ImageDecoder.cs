using System.Globalization;
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
            using var stream = new UnmanagedMemoryStream(bytes, encoded.Length);
            var origin = ExifOrientation.Read(stream, codec.EncodedFormat);
            var image = codec.EncodedFormat == SKEncodedImageFormat.Jpeg ? DecodeJpeg(codec, encoded, name, toSrgb) : DecodePixels(codec, name, toSrgb);
            if (origin == SKEncodedOrigin.TopLeft) return image;
            using (image) return Upright.Turn(image, origin);
        }
    }

    /// <summary>
    /// Decodes a JPEG file, also one that lost its end marker, where at least 95 % of the rows are there; what is missing of them has the last
    /// colour. Of a progressive file, the beginning of every scan must be there.
    /// </summary>
    private static RgbImage DecodeJpeg(SKCodec codec, ReadOnlySpan<byte> encoded, string name, bool toSrgb)
    {
        CheckScans(encoded, name);
        var end = JpegEnd.Find(encoded);
        if (!end.HasData) return DecodePixels(codec, name, toSrgb);
        if (!end.HasAllScans) throw Truncated(codec, name, "the data ends before the last scan");
        var image = end.HasMarker && !end.IsPadded ? DecodePixels(codec, name, toSrgb) : Redecode(end.Closed(), codec, name, toSrgb);
        // Decoders fill up with one colour, so that a last row of blocks with more of them is whole.
        if (end.HasMarker && !end.IsPadded && !IsEndOfOneColor(image)) return image;
        try
        {
            using var noisy = Redecode(end.WithNoise(), codec, name, toSrgb);
            var rows = image.Words.CommonPrefixLength(noisy.Words) / image.Width;
            // The colours of a row that is there are mixed with the first that is missing.
            return rows + 1 >= JpegEnd.LeastRows * image.Height ? image : throw Truncated(codec, name, $"the data ends in row {rows + 1}");
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    private static RgbImage Redecode(byte[] jpeg, SKCodec codec, string name, bool toSrgb)
    {
        fixed (byte* bytes = jpeg)
        {
            using var data = SKData.Create((IntPtr)bytes, jpeg.Length);
            using var other = SKCodec.Create(data) ?? throw Damaged(codec, name, SKCodecResult.InvalidInput);
            return DecodePixels(other, name, toSrgb);
        }
    }

    /// <summary>Whether the last eight rows, the least that a block has, are of one colour.</summary>
    private static bool IsEndOfOneColor(RgbImage image)
    {
        const int Block = 8;
        // The last block may be cut off by the image's edge.
        var last = image.Words[(image.Width * (image.Height - Math.Max(1, image.Height % Block == 0 ? Block : image.Height % Block)))..];
        return !last.ContainsAnyExcept(last[0]);
    }

    /// <summary>Whether a format is decoded; Skia knows more formats than these.</summary>
    public static bool IsDecoded(SKEncodedImageFormat format) => format
        is SKEncodedImageFormat.Jpeg or SKEncodedImageFormat.Png or SKEncodedImageFormat.Webp or SKEncodedImageFormat.Bmp or SKEncodedImageFormat.Gif;

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
            // A frame smaller than its canvas leaves pixels as they were, also where the file has no transparency.
            if (!opaque || codec.EncodedFormat is SKEncodedImageFormat.Gif or SKEncodedImageFormat.Webp) AlphaBlend.OverWhite(image.Pixels);
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

    private static BadImageException Truncated(SKCodec codec, string name, string where) =>
        new($"{name}: {codec.EncodedFormat} of {codec.Info.Width}×{codec.Info.Height} pixels is truncated: {where}; expected at least 95 % of the rows.");

    private static BadImageException Damaged(SKCodec codec, string name, SKCodecResult result)
    {
        var what = $"{name}: {codec.EncodedFormat} of {codec.Info.Width}×{codec.Info.Height} pixels";
        return result == SKCodecResult.IncompleteInput
            ? new($"{what} is truncated: the data ends before the last row.")
            : new($"{what} is truncated or damaged: the decoder stopped with {result}.");
    }
}
