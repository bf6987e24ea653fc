namespace MlNetVision.Evaluation;

/// <summary>Sizes, in pixels, of the image of a confusion matrix of so many classes.</summary>
/// <param name="Classes">The number of classes, 1 to <see cref="MostClasses"/>.</param>
internal sealed record ConfusionLayout(int Classes)
{
    /// <summary>The most classes that are drawn: ImageNet's 1,000 and some.</summary>
    public const int MostClasses = 1024;

    /// <summary>Space around parts.</summary>
    public const int Gap = 12;

    /// <summary>The longest that a class's name may be, in characters and in pixels; it is cut there.</summary>
    public const int LongestLabel = 200;

    /// <summary>The width of the colour scale.</summary>
    public const int ScaleWidth = 16;

    /// <summary>The side of a cell. A number of four characters fits up to 40 classes, one of three up to 100; beyond, colours alone tell.</summary>
    public int Cell => Classes switch { <= 12 => 56, <= 40 => 44, <= 100 => 30, <= 256 => 14, _ => 4 };

    /// <summary>The text size of the numbers; 0: none are written.</summary>
    public float NumberSize => Classes switch { <= 12 => 16, <= 40 => 13, <= 100 => 11, _ => 0 };

    /// <summary>The text size of names and titles.</summary>
    public float LabelSize => Classes switch { <= 40 => 16, <= 100 => 14, _ => 10 };

    /// <summary>Whether the classes' names fit beside the rows and columns.</summary>
    public bool HasNames => Classes <= 256;

    /// <summary>The length of the matrix's sides.</summary>
    public int Side => Classes * Cell;

    /// <summary>A part of a row as percent: one decimal where there is room; nothing where there was nothing.</summary>
    public string Number(double share)
    {
        if (share == 0 || NumberSize == 0) return "";
        var (percent, least, format) = (100 * share, Classes <= 40 ? 0.1 : 1, Classes <= 40 ? "0.0" : "0");
        if (percent < least / 2) return FormattableString.Invariant($"<{least}");
        return percent >= 99.95 ? "100" : percent.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
    }
}
