using MlNetVision.Imaging;

namespace MlNetVision.Detection;

/// <summary>How detections are drawn.</summary>
public sealed record DetectionPaintOptions
{
    /// <summary>
    /// The number of the model's classes, which spaces their colours evenly in hue; null: colours are spaced by the golden angle,
    /// which needs no number. Either way a class has the same colour in every image. Default: null.
    /// </summary>
    public int? ClassCount { get; init; }

    /// <summary>The width of the boxes' lines in pixels, 1 to 1000; null: 0.3 % of the mean of the image's width and height, that mean being at most 1.8 times the shorter. Default: null.</summary>
    public int? LineWidth { get; init; }

    /// <summary>The size of the text in pixels, 7 to 1000; null: 2.2 % of that mean, 11 at least, and no text on an image whose shorter side is below 80 pixels. Default: null.</summary>
    public float? TextSize { get; init; }

    /// <summary>Whether class names are written. Default: true.</summary>
    public bool ShowLabels { get; init; } = true;

    /// <summary>Whether scores are written, as per cent. Default: true.</summary>
    public bool ShowScores { get; init; } = true;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (ClassCount < 1) throw new ArgumentException($"The number of classes is {ClassCount}: 1 or more was expected.");
        if (LineWidth is < 1 or > 1000) throw new ArgumentException($"The line width is {LineWidth}: 1 to 1000 pixels were expected.");
        if (TextSize is not (null or >= LabelFont.Smallest and <= 1000)) throw new ArgumentException(FormattableString.Invariant($"The text size is {TextSize}: {LabelFont.Smallest} to 1000 pixels were expected."));
    }
}
