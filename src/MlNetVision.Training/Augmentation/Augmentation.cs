using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>One variation of an image, as it was drawn by chance or as a caller wants it.</summary>
public sealed record Augmentation
{
    /// <summary>The part of the image that is shown, before it is turned about its middle.</summary>
    public required CropBox Crop { get; init; }

    /// <summary>Whether left and right are exchanged.</summary>
    public bool FlipHorizontally { get; init; }

    /// <summary>Whether top and bottom are exchanged.</summary>
    public bool FlipVertically { get; init; }

    /// <summary>How far the content is turned anticlockwise, in degrees.</summary>
    public double Degrees { get; init; }

    /// <summary>What all channels are multiplied by, 0 or more. Default: 1.</summary>
    public double Brightness { get; init; } = 1;

    /// <summary>What distances from the image's mean grey are multiplied by, 0 or more. Default: 1.</summary>
    public double Contrast { get; init; } = 1;

    /// <summary>What distances from a pixel's own grey are multiplied by, 0 or more. Default: 1.</summary>
    public double Saturation { get; init; } = 1;

    /// <summary>How far the hue is turned, in degrees from red towards green.</summary>
    public double Hue { get; init; }

    /// <summary>Draws the variation of an image in an epoch; it depends on the arguments alone.</summary>
    /// <param name="options">How far variations go, and the seed.</param>
    /// <param name="resize">The network's size, and how images are brought to it where there are no random crops.</param>
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
        var chance = new SeededChance(options.Seed, epoch, index);
        return new()
        {
            FlipHorizontally = chance.Happens(options.HorizontalFlip),
            FlipVertically = chance.Happens(options.VerticalFlip),
            Degrees = chance.Between(-options.Rotation, options.Rotation),
            Brightness = chance.Between(1 - options.Brightness, 1 + options.Brightness),
            Contrast = chance.Between(1 - options.Contrast, 1 + options.Contrast),
            Saturation = chance.Between(1 - options.Saturation, 1 + options.Saturation),
            Hue = chance.Between(-options.Hue, options.Hue),
            // Last, since a crop takes as many numbers as it needs tries.
            Crop = options.CropArea is { } area ? CropBox.Random(ref chance, area, options.CropRatio, width, height) : CropBox.For(resize, width, height),
        };
    }
}
