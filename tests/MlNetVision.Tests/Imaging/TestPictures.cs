using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

/// <summary>Pictures made by rule, the same in every run.</summary>
internal static class TestPictures
{
    public static Picture Noise(int width, int height, int seed = 1)
    {
        var picture = new Picture(width, height);
        new Random(seed).NextBytes(picture.Pixels);
        for (var i = 3; i < picture.Pixels.Length; i += 4) picture.Pixels[i] = 255;
        return picture;
    }

    public static Picture Solid(int width, int height, RgbColor color)
    {
        var picture = new Picture(width, height);
        picture.Words.Fill(color.ToPixel());
        return picture;
    }

    /// <summary>Red grows to the right, green downwards; blue is 90.</summary>
    public static Picture Gradient(int width, int height)
    {
        var picture = new Picture(width, height);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var pixel = picture.Pixels[(4 * (y * width + x))..];
                (pixel[0], pixel[1], pixel[2], pixel[3]) = ((byte)(x * 255 / Math.Max(1, width - 1)), (byte)(y * 255 / Math.Max(1, height - 1)), 90, 255);
            }
        }
        return picture;
    }

    public static (byte R, byte G, byte B) At(this Picture picture, int x, int y)
    {
        var pixel = picture.Pixels[(4 * (y * picture.Width + x))..];
        return (pixel[0], pixel[1], pixel[2]);
    }
}
