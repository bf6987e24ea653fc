using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>The sizes that images are optimised at.</summary>
internal static class StyleSizes
{
    /// <summary>Below this the last layers of VGG would have next to no positions.</summary>
    private const int Least = 32;

    /// <summary>How many times as long the longer side may become for the shorter one's sake.</summary>
    private const double MostGrowth = 4;

    /// <summary>The size of the result, by the photo's shape.</summary>
    public static (int Width, int Height) Of(RgbImage photo, NeuralStyleOptions options, int shrink) => options.ExactSize is { } exact
        ? (Math.Max(Least, exact.Width / shrink), Math.Max(Least, exact.Height / shrink))
        : Fit(photo, options.Size / shrink);

    /// <summary>The size of the painting: the result's where that was given, else of the same longer side.</summary>
    public static (int Width, int Height) OfPainting(RgbImage painting, NeuralStyleOptions options, int width, int height) =>
        options.ExactSize is not null ? (width, height) : Fit(painting, Math.Max(width, height));

    private static (int Width, int Height) Fit(RgbImage image, int longer)
    {
        // The shape is kept where the shorter side would be too short: then the longer one is longer, but not without end.
        var scale = (double)longer / Math.Max(image.Width, image.Height);
        scale = Math.Clamp((double)Least / Math.Min(image.Width, image.Height), scale, MostGrowth * scale);
        return (Math.Max(Least, (int)Math.Round(image.Width * scale)), Math.Max(Least, (int)Math.Round(image.Height * scale)));
    }
}
