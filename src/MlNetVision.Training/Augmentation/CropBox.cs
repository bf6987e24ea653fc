using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>A part of an image, in its pixels; it may reach over the edges.</summary>
/// <param name="Left">The left edge.</param>
/// <param name="Top">The upper edge.</param>
/// <param name="Width">The width, above 0.</param>
/// <param name="Height">The height, above 0.</param>
public readonly record struct CropBox(double Left, double Top, double Width, double Height)
{
    private const int Tries = 10;

    /// <summary>
    /// The crop of prediction: the whole image (stretch), its centre in the network's aspect ratio (crop), or the whole image with its borders
    /// (letterbox).
    /// </summary>
    internal static CropBox For(ResizeOptions resize, int width, int height)
    {
        var (x, y) = ((double)width / resize.Width, (double)height / resize.Height);
        var scale = resize.Mode == ResizeMode.Crop ? Math.Min(x, y) : Math.Max(x, y);
        return resize.Mode == ResizeMode.Stretch ? new(0, 0, width, height) : Middle(width, height, resize.Width * scale, resize.Height * scale);
    }

    /// <summary>
    /// A crop of random area, aspect ratio and position; after ten draws that do not fit, the largest centred crop of an allowed aspect ratio.
    /// </summary>
    internal static CropBox Random(ref SeededRandom random, (double Least, double Most) area, (double Least, double Most) ratio, int width, int height)
    {
        for (var i = 0; i < Tries; i++)
        {
            var part = random.Between(area.Least, area.Most) * width * height;
            var proportion = Math.Exp(random.Between(Math.Log(ratio.Least), Math.Log(ratio.Most)));
            var (w, h) = (Math.Sqrt(part * proportion), Math.Sqrt(part / proportion));
            if (w <= width && h <= height) return new(random.Between(0, width - w), random.Between(0, height - h), w, h);
        }
        var allowed = Math.Clamp((double)width / height, ratio.Least, ratio.Most);
        return Middle(width, height, Math.Min(width, height * allowed), Math.Min(height, width / allowed));
    }

    private static CropBox Middle(int width, int height, double w, double h) => new((width - w) / 2, (height - h) / 2, w, h);
}
