using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

/// <summary>Images made by rule, the same in every run.</summary>
internal static class TestImages
{
    public static RgbImage Noise(int width, int height, int seed = 1)
    {
        var image = new RgbImage(width, height);
        new Random(seed).NextBytes(image.Pixels);
        for (var i = 3; i < image.Pixels.Length; i += 4) image.Pixels[i] = 255;
        return image;
    }

    public static RgbImage Solid(int width, int height, RgbColor color)
    {
        var image = new RgbImage(width, height);
        image.Words.Fill(color.ToPixel());
        return image;
    }

    /// <summary>Red grows to the right, green downwards; blue is 90.</summary>
    public static RgbImage Gradient(int width, int height)
    {
        var image = new RgbImage(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = image.Pixels[(4 * (y * width + x))..];
                (pixel[0], pixel[1], pixel[2], pixel[3]) = ((byte)(x * 255 / Math.Max(1, width - 1)), (byte)(y * 255 / Math.Max(1, height - 1)), 90, 255);
            }
        }
        return image;
    }

    public static (byte R, byte G, byte B) At(this RgbImage image, int x, int y)
    {
        var pixel = image.Pixels[(4 * (y * image.Width + x))..];
        return (pixel[0], pixel[1], pixel[2]);
    }
}
