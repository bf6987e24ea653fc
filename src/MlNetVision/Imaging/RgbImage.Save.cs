using MlNetVision.Files;
using SkiaSharp;

namespace MlNetVision.Imaging;

public sealed partial class RgbImage
{
    /// <summary>
    /// Writes the image in the format that the extension names (.jpg, .jpeg, .png, .webp; JPEG and WebP with quality 90).
    /// Missing folders are created; the file appears when it is complete.
    /// </summary>
    /// <param name="path">The file to write or replace.</param>
    /// <exception cref="ArgumentException">The extension is another, or the format cannot hold an image of this size.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public void Save(string path) => Save(path, 90);

    /// <summary>Writes the image with a quality of choice; see <see cref="Save(string)"/>.</summary>
    /// <param name="path">The file to write or replace.</param>
    /// <param name="quality">1 (smallest) to 100 (best), for JPEG and WebP.</param>
    /// <exception cref="ArgumentException">
    /// The extension is another, the quality is outside 1–100, or the format cannot hold an image of this size.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public void Save(string path, int quality)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var data = EncodeData(ImageFiles.FormatOf(path), quality);
        AtomicFile.Write(path, data.SaveTo);
    }

    /// <summary>Encodes the image.</summary>
    /// <param name="format">The format.</param>
    /// <param name="quality">1 (smallest) to 100 (best), for JPEG and WebP. Default 90.</param>
    /// <returns>The bytes of an image file.</returns>
    /// <exception cref="ArgumentException">The quality is outside 1–100, or the format cannot hold an image of this size.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public byte[] Encode(ImageFormat format, int quality = 90)
    {
        using var data = EncodeData(format, quality);
        return data.ToArray();
    }

    private SKData EncodeData(ImageFormat format, int quality)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        var kind = format switch
        {
            ImageFormat.Jpeg => SKEncodedImageFormat.Jpeg,
            ImageFormat.Png => SKEncodedImageFormat.Png,
            ImageFormat.Webp => SKEncodedImageFormat.Webp,
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Expected Jpeg, Png or Webp."),
        };
        var data = Bitmap.Encode(kind, quality);
        GC.KeepAlive(this);
        return data ?? throw new ArgumentException(
            $"An image of {Width}×{Height} pixels cannot be written as {format} (JPEG holds up to 65,535 pixels a side, WebP 16,383).");
    }
}

/// <summary>The formats that images are written in.</summary>
public enum ImageFormat
{
    /// <summary>JPEG, baseline; the quality applies.</summary>
    Jpeg,

    /// <summary>PNG, lossless.</summary>
    Png,

    /// <summary>WebP; lossy with the quality below 100, lossless at 100.</summary>
    Webp,
}
