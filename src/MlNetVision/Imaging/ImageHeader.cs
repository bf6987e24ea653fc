using MlNetVision.Files;
using SkiaSharp;

namespace MlNetVision.Imaging;

/// <summary>The size and orientation of an image, as the decoder takes them, without decoding it.</summary>
/// <param name="StoredWidth">The width in pixels as stored, before it is turned.</param>
/// <param name="StoredHeight">The height, likewise.</param>
/// <param name="Origin">EXIF's orientation.</param>
internal readonly record struct ImageHeader(int StoredWidth, int StoredHeight, SKEncodedOrigin Origin)
{
    /// <summary>The size of the upright image in pixels.</summary>
    public (int Width, int Height) Size => Upright.SwapsSides(Origin) ? (StoredHeight, StoredWidth) : (StoredWidth, StoredHeight);

    /// <summary>Whether the decoder turns or mirrors the stored pixels.</summary>
    public bool IsTurned => Origin != SKEncodedOrigin.TopLeft;

    /// <summary>Whether a size is that of the image as stored, and not that of the upright one.</summary>
    public bool IsStored(int width, int height) => IsTurned && (width, height) != Size && (width, height) == (StoredWidth, StoredHeight);

    /// <summary>Values of the stored pixels, row by row, as those of the upright image.</summary>
    public T[] Turn<T>(ReadOnlySpan<T> stored)
    {
        var upright = new T[stored.Length];
        Upright.Turn(stored, StoredWidth, StoredHeight, Origin, upright);
        return upright;
    }

    /// <summary>Reads the header; <see langword="null"/> where the file is not an image of a format that is decoded.</summary>
    /// <exception cref="IOException">The file exists and cannot be read.</exception>
    public static ImageHeader? TryRead(string path)
    {
        if (RegularFile.LengthOf(path) is null or 0) return null;
        using var codec = SKCodec.Create(path);
        if (codec is null || !ImageDecoder.IsDecoded(codec.EncodedFormat)) return null;
        using var file = RegularFile.OpenRead(path);
        return new(codec.Info.Width, codec.Info.Height, ExifOrientation.Read(file, codec.EncodedFormat));
    }
}
