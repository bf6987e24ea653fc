using System.Runtime.InteropServices;
using Microsoft.ML.Data;
using MlNetVision.Imaging;

namespace MlNetVision.Inference;

public sealed partial class ImageSource
{
    /// <summary>
    /// An image of ML.NET, whose pixels are copied when the image's turn comes; alpha, which ML.NET premultiplies, is blended over white.
    /// </summary>
    /// <param name="image">The image, which stays the caller's.</param>
    /// <param name="name">Its name in results and messages. Default: empty.</param>
    public static ImageSource FromMLImage(MLImage image, string name = "")
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(name);
        return new(name, (limits, _) =>
        {
            RawPixels.CheckLimits(image.Width, image.Height, DisplayName(name), limits);
            return Copy(image);
        });
    }

    /// <summary>An image of ML.NET.</summary>
    public static implicit operator ImageSource(MLImage image) => FromMLImage(image);

    /// <summary>The pixels of an image of ML.NET, RGBA or BGRA, over white; the caller disposes the copy.</summary>
    internal static RgbImage Copy(MLImage given)
    {
        var image = new RgbImage(given.Width, given.Height);
        var target = image.Pixels;
        given.Pixels.CopyTo(target);
        if (given.PixelFormat == MLPixelFormat.Bgra32) SwapRedAndBlue(target);
        BlendOverWhite(target);
        return image;
    }

    // Little-endian words: keep alpha and green, swap bytes 0 and 2.
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
}
