using SkiaSharp;

namespace MlNetVision.Imaging;

/// <summary>Reads the size of the upright image from its header, without decoding it.</summary>
internal static class ImageHeader
{
    /// <summary>The size of the upright image; <see langword="null"/> where the file is not an image of a format that is decoded.</summary>
    /// <exception cref="IOException">The file exists and cannot be read.</exception>
    public static (int Width, int Height)? TryRead(string path)
    {
        // Opening a pipe blocks until it has a writer; pipes and devices have no length.
        if (new FileInfo(path) is not { Exists: true, Length: > 0 }) return null;
        using var codec = SKCodec.Create(path);
        if (codec is null || !ImageDecoder.IsDecoded(codec.EncodedFormat)) return null;
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        return Upright.SwapsSides(OriginOf(codec, path)) ? (height, width) : (width, height);
    }

    private static SKEncodedOrigin OriginOf(SKCodec codec, string path)
    {
        if (codec.EncodedFormat != SKEncodedImageFormat.Png) return codec.EncodedOrigin;
        using var png = File.OpenRead(path);
        return PngOrientation.Read(png);
    }
}
