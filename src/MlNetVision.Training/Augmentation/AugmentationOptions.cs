using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>Ranges of the random augmentation of training images, which reduces overfitting.</summary>
public sealed record AugmentationOptions
{
    /// <summary>No augmentation: images are only resized.</summary>
    public static AugmentationOptions None { get; } = new()
    {
        HorizontalFlip = 0, CropArea = null, Rotation = 0, Brightness = 0, Contrast = 0, Saturation = 0, Hue = 0,
    };

    /// <summary>The probability of a horizontal flip, 0 to 1. Default: 0.5.</summary>
    public double HorizontalFlip { get; init; } = 0.5;

    /// <summary>The probability of a vertical flip, 0 to 1. Default: 0.</summary>
    public double VerticalFlip { get; init; }

    /// <summary>
    /// The range of a random crop's share of the image's area, above 0 and up to 1. The crop is stretched to the network's size (Szegedy et al.,
    /// "Going deeper with convolutions", 2014, section 6: 0.08 to 1). Null: no crops; the image is resized as for prediction. Default: 0.5 to 1.
    /// </summary>
    public (double Least, double Most)? CropArea { get; init; } = (0.5, 1);

    /// <summary>The range of a random crop's width / height; the logarithm is uniformly distributed. Default: 3/4 to 4/3.</summary>
    public (double Least, double Most) CropRatio { get; init; } = (3.0 / 4, 4.0 / 3);

    /// <summary>The maximum rotation in either direction, in degrees, 0 to 180. Default: 10.</summary>
    public double Rotation { get; init; } = 10;

    /// <summary>
    /// The colour beyond the edges of a rotated image. Null, the default: the image is mirrored there (letterboxed images: the padding colour).
    /// </summary>
    public RgbColor? Border { get; init; }

    /// <summary>All channels are multiplied by 1 − this to 1 + this; 0 to 1. Default: 0.2.</summary>
    public double Brightness { get; init; } = 0.2;

    /// <summary>Distances from the image's mean grey are multiplied by 1 − this to 1 + this; 0 to 1. Default: 0.2.</summary>
    public double Contrast { get; init; } = 0.2;

    /// <summary>Distances from a pixel's own grey are multiplied by 1 − this to 1 + this; 0 to 1. Default: 0.2.</summary>
    public double Saturation { get; init; } = 0.2;

    /// <summary>The maximum rotation of the hue in either direction, in degrees of the colour circle, 0 to 180. Default: 6.</summary>
    public double Hue { get; init; } = 6;

    /// <summary>The random seed: the same seed, epoch and image give the same augmentation. Default: 0.</summary>
    public int Seed { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        Check(HorizontalFlip, 1, "horizontal flip's probability");
        Check(VerticalFlip, 1, "vertical flip's probability");
        Check(Rotation, 180, "rotation in degrees");
        Check(Brightness, 1, "change of brightness");
        Check(Contrast, 1, "change of contrast");
        Check(Saturation, 1, "change of saturation");
        Check(Hue, 180, "rotation of the hue in degrees");
        if (CropArea is { } area) CheckRange(area, 1, "crops' share of the area");
        CheckRange(CropRatio, 100, "crops' width / height");
    }

    private static void Check(double value, double most, string name)
    {
        if (!(value >= 0 && value <= most))
            throw new ArgumentException(FormattableString.Invariant($"The {name} is {value}: 0 to {most} was expected."));
    }

    private static void CheckRange((double Least, double Most) range, double most, string name)
    {
        if (!(range.Least > 0 && range.Least <= range.Most && range.Most <= most))
            throw new ArgumentException(FormattableString.Invariant(
                $"The {name} is {range.Least} to {range.Most}: two numbers above 0 and up to {most} were expected, the smaller one first."));
    }
}
