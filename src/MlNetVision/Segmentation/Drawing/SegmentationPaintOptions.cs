using MlNetVision.Imaging;

namespace MlNetVision.Segmentation;

/// <summary>How masks are drawn over images.</summary>
public sealed record SegmentationPaintOptions
{
    /// <summary>The opacity of the classes' colours, 0 (transparent) to 1 (opaque). Default: 0.5.</summary>
    public float Opacity { get; init; } = 0.5f;

    /// <summary>The colours of the classes; null: those of the labels, see <see cref="ColorPalette.For"/>. Default: null.</summary>
    public ColorPalette? Palette { get; init; }

    /// <summary>The label (case ignored) of the class that is not coloured; null: all classes are coloured. Default: "background".</summary>
    public string? Background { get; init; } = "background";

    /// <summary>Whether a contour in the full colour is drawn along the inner edge of every coloured area. Default: false.</summary>
    public bool Contours { get; init; }

    /// <summary>The width of that line in pixels, 1 to 1000; null: 0.3 % of the mean of the image's width and height. Default: null.</summary>
    public int? ContourWidth { get; init; }

    /// <summary>The position of the legend: the classes present, the largest first, with their shares of the image. Default: <see cref="LegendPlacement.Auto"/>.</summary>
    public LegendPlacement Legend { get; init; } = LegendPlacement.Auto;

    /// <summary>The size of the legend's text in pixels, 7 to 1000; null: 2.2 % of the mean of the image's width and height, at most 6 % of the shorter one, 11 at least. Default: null.</summary>
    public float? TextSize { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (!(Opacity is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"The opacity is {Opacity}: 0 to 1 was expected."));
        if (ContourWidth is < 1 or > 1000) throw new ArgumentException($"The contour's width is {ContourWidth}: 1 to 1000 pixels were expected.");
        if (!Enum.IsDefined(Legend)) throw new ArgumentException($"The legend's position is {(int)Legend}: expected one of {string.Join(", ", Enum.GetNames<LegendPlacement>())}.");
        if (TextSize is not (null or >= LabelFont.Smallest and <= 1000)) throw new ArgumentException(FormattableString.Invariant($"The text size is {TextSize}: {LabelFont.Smallest} to 1000 pixels were expected."));
    }
}
