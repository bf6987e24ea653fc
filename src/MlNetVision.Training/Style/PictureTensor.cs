using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>Pictures as what a network takes, and back.</summary>
internal sealed class PictureTensor(PixelNormalization normalization, PixelLayout layout)
{
    private const double NoiseDeviation = 40;

    /// <summary>A picture stretched to a size.</summary>
    public float[] Of(Picture picture, int width, int height)
    {
        using var sized = PictureResizer.Resize(picture, new ResizeOptions { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
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

    /// <summary>The picture that a tensor stands for, clipped to 0–255; the caller disposes it.</summary>
    public Picture ToPicture(float[] values, int width, int height)
    {
        var picture = new Picture(width, height);
        TensorUnpacker.Unpack(values, width, height, layout, normalization, 0, 0, picture);
        return picture;
    }
}
