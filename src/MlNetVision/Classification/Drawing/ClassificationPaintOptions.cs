using MlNetVision.Imaging;

namespace MlNetVision.Classification;

/// <summary>How predictions are drawn over images.</summary>
public sealed record ClassificationPaintOptions
{
    /// <summary>How many classes are named at most, at least 1; fewer where the image has no room. Default: 5.</summary>
    public int Top { get; init; } = 5;

    /// <summary>The size of the text in pixels, 7 to 1000; null: 3 % of the mean of the image's width and height, at most 6 % of the shorter one, 11 at least. Default: null.</summary>
    public float? TextSize { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (Top < 1) throw new ArgumentException(FormattableString.Invariant($"The best {Top} classes are to be drawn: at least 1 was expected."));
        if (TextSize is not (null or >= LabelFont.Smallest and <= 1000)) throw new ArgumentException(FormattableString.Invariant($"The text size is {TextSize}: {LabelFont.Smallest} to 1000 pixels were expected."));
    }
}
