namespace MlNetVision.Training.Detection;

/// <summary>
/// The random augmentation of a detector's training images. Boxes follow their images; one stays where its centre is, cut at the edges.
/// </summary>
public sealed record DetectorAugmentation
{
    /// <summary>No augmentation: images are only resized.</summary>
    public static DetectorAugmentation None { get; } = new()
    {
        Jitter = 0, Scale = 1, HorizontalFlip = 0, Mosaic = 0, Brightness = 0, Contrast = 0, Saturation = 0, Hue = 0,
    };

    /// <summary>
    /// Each edge of the image moves by up to this part of its width or height, in or out, as Darknet's <c>jitter</c> has it; 0 to 0.5. Default: 0.2.
    /// What lies beyond the image is grey.
    /// </summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>The image is made larger or smaller by up to this factor, 1 to 4; the logarithm is uniformly distributed. Default: 1.25.</summary>
    public double Scale { get; init; } = 1.25;

    /// <summary>The probability of a horizontal flip, 0 to 1. Default: 0.5.</summary>
    public double HorizontalFlip { get; init; } = 0.5;

    /// <summary>The probability of a vertical flip, 0 to 1. Default: 0. Right where objects have no top, as in images from above.</summary>
    public double VerticalFlip { get; init; }

    /// <summary>
    /// The probability that an image is put together of parts of four, 0 to 1. Default: 0.3. Bochkovskiy et al., "YOLOv4", arXiv:2004.10934, section 3.3.
    /// </summary>
    public double Mosaic { get; init; } = 0.3;

    /// <summary>The number of last epochs without <see cref="Mosaic"/>, so that training ends on whole images. Default: 10.</summary>
    public int EpochsWithoutMosaic { get; init; } = 10;

    /// <summary>All channels are multiplied by 1 − this to 1 + this; 0 to 1. Default: 0.3.</summary>
    public double Brightness { get; init; } = 0.3;

    /// <summary>Distances from the image's mean grey are multiplied by 1 − this to 1 + this; 0 to 1. Default: 0.2.</summary>
    public double Contrast { get; init; } = 0.2;

    /// <summary>Distances from a pixel's own grey are multiplied by 1 − this to 1 + this; 0 to 1. Default: 0.4.</summary>
    public double Saturation { get; init; } = 0.4;

    /// <summary>The maximum rotation of the hue in either direction, in degrees of the colour circle, 0 to 180. Default: 8.</summary>
    public double Hue { get; init; } = 8;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        Check(Jitter, 0, 0.5, nameof(Jitter));
        Check(Scale, 1, 4, nameof(Scale));
        Check(HorizontalFlip, 0, 1, nameof(HorizontalFlip));
        Check(VerticalFlip, 0, 1, nameof(VerticalFlip));
        Check(Mosaic, 0, 1, nameof(Mosaic));
        Check(EpochsWithoutMosaic, 0, int.MaxValue, nameof(EpochsWithoutMosaic));
        Check(Brightness, 0, 1, nameof(Brightness));
        Check(Contrast, 0, 1, nameof(Contrast));
        Check(Saturation, 0, 1, nameof(Saturation));
        Check(Hue, 0, 180, nameof(Hue));
    }

    private static void Check(double value, double least, double most, string name)
    {
        if (!(value >= least && value <= most))
            throw new ArgumentException(FormattableString.Invariant($"{name} is {value}, expected {least} to {most}."));
    }
}
