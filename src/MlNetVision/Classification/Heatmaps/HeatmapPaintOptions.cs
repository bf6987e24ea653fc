using MlNetVision.Imaging;

namespace MlNetVision.Classification;

/// <summary>How heat maps are drawn over images.</summary>
public sealed record HeatmapPaintOptions
{
    /// <summary>The opacity at the highest score, 0 (transparent) to 1 (opaque); it falls with the score. Default: 0.75.</summary>
    public float Opacity { get; init; } = 0.75f;

    /// <summary>The score of the lightest colour, above 0; null: the map's highest. Default: null.</summary>
    public float? Maximum { get; init; }

    /// <summary>Whether a strip below the image shows the class and the colour scale. Default: true.</summary>
    public bool Legend { get; init; } = true;

    /// <summary>The size of the strip's text in pixels, 7 to 1000; null: 2.2 % of the mean of the image's width and height, 11 at least. Default: null.</summary>
    public float? TextSize { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (!(Opacity is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"The opacity is {Opacity}: 0 to 1 was expected."));
        if (Maximum is not (null or > 0)) throw new ArgumentException(FormattableString.Invariant($"The maximum is {Maximum}: a number above 0 was expected."));
        if (TextSize is not (null or >= LabelFont.Smallest and <= 1000)) throw new ArgumentException(FormattableString.Invariant($"The text size is {TextSize}: {LabelFont.Smallest} to 1000 pixels were expected."));
    }
}
