using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>
/// Blurs a part of an image by normalised convolution: pixels are weighted by the share of them that belongs to the part, so
/// that the colours of the rest do not bleed into it.
/// </summary>
internal static class NormalizedBlur
{
    /// <summary>The smallest deviation, in pixels of a reduced image, at which blurring it looks like blurring the image itself.</summary>
    private const float LeastShrunk = 3;

    /// <param name="source">The image.</param>
    /// <param name="rest">How much of each pixel does not belong to the part, 0 to 255.</param>
    /// <param name="deviation">The Gaussian's standard deviation in pixels.</param>
    /// <returns>A new image; the source's colours where the part is far.</returns>
    public static RgbImage Make(RgbImage source, ReadOnlySpan<byte> rest, float deviation)
    {
        var shrink = Math.Max(1, (int)(deviation / LeastShrunk));
        var weighted = Weigh(source, rest);
        if (shrink == 1)
        {
            Blur(weighted, deviation);
            return Divided(weighted, source);
        }
        using (weighted)
        {
            using var small = Resized(weighted, Math.Max(1, source.Width / shrink), Math.Max(1, source.Height / shrink), Resampler.Area);
            Blur(small, deviation / shrink);
            return Divided(Resized(small, source.Width, source.Height, Resampler.HalfPixelBilinear), source);
        }
    }

    /// <summary>Colours times share, with the share as alpha.</summary>
    private static RgbImage Weigh(RgbImage source, ReadOnlySpan<byte> rest)
    {
        var weighted = RgbImage.Uninitialized(source.Width, source.Height);
        var from = source.Words;
        var to = weighted.Words;
        for (var i = 0; i < to.Length; i++) to[i] = rest[i] == 0 ? from[i] : AlphaBlend.Mix(from[i], 0, rest[i]);
        GC.KeepAlive(source);
        return weighted;
    }

    /// <summary>Three boxes have the variance 3 · ((2r + 1)² − 1) / 12.</summary>
    private static void Blur(RgbImage image, float deviation)
    {
        var radius = Math.Max(1, (int)MathF.Round((MathF.Sqrt(4 * deviation * deviation + 1) - 1) / 2));
        for (var i = 0; i < 3; i++) BoxBlur.Apply(image.Pixels, image.Width, image.Height, radius, channels: 4);
        GC.KeepAlive(image);
    }

    /// <summary>Divides colours by share, in place; where the part is far, the image's colours.</summary>
    private static RgbImage Divided(RgbImage weighted, RgbImage source)
    {
        var pixels = weighted.Words;
        var original = source.Words;
        for (var i = 0; i < pixels.Length; i++)
        {
            var pixel = pixels[i];
            var share = pixel >> 24;
            if (share == 255) continue;
            if (share == 0)
            {
                pixels[i] = original[i];
                continue;
            }
            var half = share / 2;
            var red = Math.Min(255, ((pixel & 255) * 255 + half) / share);
            var green = Math.Min(255, ((pixel >> 8 & 255) * 255 + half) / share);
            var blue = Math.Min(255, ((pixel >> 16 & 255) * 255 + half) / share);
            pixels[i] = red | green << 8 | blue << 16 | 0xFF000000;
        }
        GC.KeepAlive(source);
        return weighted;
    }

    private static RgbImage Resized(RgbImage image, int width, int height, Resampler resampler) =>
        ImageResizer.Resize(image, new() { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = resampler }, out _);
}
