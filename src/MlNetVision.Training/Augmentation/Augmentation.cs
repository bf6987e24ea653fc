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
            Crop = options.CropArea is { } area ? CropBox.Random(ref random, area, options.CropRatio, width, height) : CropBox.For(resize, width, height),
        };
    }
}
