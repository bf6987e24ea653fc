using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>Converts images to a network's input, and back.</summary>
internal sealed class ImageTensor(PixelNormalization normalization, PixelLayout layout)
{
    private const double NoiseDeviation = 40;

    /// <summary>An image stretched to a size.</summary>
    public float[] Of(RgbImage image, int width, int height)
    {
        using var sized = ImageResizer.Resize(image,
            new ResizeOptions { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
        var values = new float[3 * width * height];
        TensorPacker.Pack(sized, values, layout, normalization);
        return values;
    }

    /// <summary>Normally distributed noise about the middle of the range.</summary>
    public float[] Noise(int seed, int width, int height)
    {
        var random = new Random(seed);
        var values = new float[3 * width * height];
        var plane = width * height;
        for (var i = 0; i < values.Length; i++)
        {
            var level = 127.5 + Gaussian.Next(random, NoiseDeviation);
            var channel = layout == PixelLayout.Nchw ? i / plane : i % 3;
            values[i] = ((float)level - normalization.Mean[channel]) * normalization.Scale[channel];
        }
        return values;
    }

    /// <summary>Converts a tensor to an image, clipped to 0–255; the caller disposes it.</summary>
    public RgbImage ToImage(float[] values, int width, int height)
    {
        var image = new RgbImage(width, height);
        TensorUnpacker.Unpack(values, width, height, layout, normalization, 0, 0, image);
        return image;
    }
}

/// <summary>Normally distributed numbers: Box and Muller, "A note on the generation of random normal deviates", 1958.</summary>
internal static class Gaussian
{
    /// <summary>A number about 0 of a standard deviation.</summary>
    public static double Next(Random random, double deviation) =>
        deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
