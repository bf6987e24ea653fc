using MlNetVision.Gradients;
using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>The augmentation of one image: drawn at random, or given by the caller.</summary>
public sealed record Augmentation
{
    /// <summary>The crop, which is then rotated about its centre.</summary>
    public required CropBox Crop { get; init; }

    /// <summary>Whether left and right are exchanged.</summary>
    public bool FlipHorizontally { get; init; }

    /// <summary>Whether top and bottom are exchanged.</summary>
    public bool FlipVertically { get; init; }

    /// <summary>The anticlockwise rotation in degrees.</summary>
    public double Degrees { get; init; }

    /// <summary>The factor of all channels, 0 or more. Default: 1.</summary>
    public double Brightness { get; init; } = 1;

    /// <summary>The factor of differences from the image's mean grey, 0 or more. Default: 1.</summary>
    public double Contrast { get; init; } = 1;

    /// <summary>The factor of differences from the pixel's own grey, 0 or more. Default: 1.</summary>
    public double Saturation { get; init; } = 1;

    /// <summary>The rotation of the hue, in degrees from red towards green.</summary>
    public double Hue { get; init; }

    /// <summary>Draws the augmentation of an image in an epoch; it depends on the arguments alone.</summary>
    /// <param name="options">The ranges and the random seed.</param>
    /// <param name="resize">The network's size, and the resize where there are no random crops.</param>
    /// <param name="epoch">The epoch.</param>
    /// <param name="index">The number of the image in its data set.</param>
    /// <param name="width">The image's width in pixels.</param>
    /// <param name="height">The image's height in pixels.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static Augmentation Draw(AugmentationOptions options, ResizeOptions resize, int epoch, int index, int width, int height)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(resize);
        options.Validate();
        var random = new SeededRandom(options.Seed, epoch, index);
        return new()
        {
            FlipHorizontally = random.NextBool(options.HorizontalFlip),
            FlipVertically = random.NextBool(options.VerticalFlip),
            Degrees = random.Between(-options.Rotation, options.Rotation),
            Brightness = random.Between(1 - options.Brightness, 1 + options.Brightness),
            Contrast = random.Between(1 - options.Contrast, 1 + options.Contrast),
            Saturation = random.Between(1 - options.Saturation, 1 + options.Saturation),
            Hue = random.Between(-options.Hue, options.Hue),
            // Last: the number of random draws of a crop varies.
            Crop = options.CropArea is { } area ? CropBox.Random(ref random, area, options.CropRatio, width, height)
                : CropBox.For(resize, width, height),
        };
    }
}

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
    internal static CropBox Random(ref SeededRandom random, (double Least, double Most) area, (double Least, double Most) ratio, int width,
        int height)
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

/// <summary>
/// Random numbers that depend on three integers alone: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
/// generators", 2014). Neighbouring integers give unrelated numbers, which <see cref="Random"/> does not promise of its seeds.
/// </summary>
internal struct SeededRandom
{
    private ulong _state;

    public SeededRandom(int seed, int epoch, int index)
    {
        foreach (var part in (ReadOnlySpan<int>)[seed, epoch, index]) _state = SplitMix64.Mix(_state + (uint)part + SplitMix64.Step);
    }

    /// <summary>A number from <paramref name="least"/> up to <paramref name="most"/>, exclusively.</summary>
    public double Between(double least, double most) => least + (most - least) * Next();

    /// <summary>True with the given probability.</summary>
    public bool NextBool(double probability) => Next() < probability;

    /// <summary>The upper 53 bits, as a number from 0 up to 1, exclusively.</summary>
    private double Next() => (SplitMix64.Mix(_state += SplitMix64.Step) >> 11) * (1.0 / (1UL << 53));
}
