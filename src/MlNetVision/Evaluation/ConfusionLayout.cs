namespace MlNetVision.Evaluation;

/// <summary>The layout of a drawn confusion matrix, in pixels.</summary>
/// <param name="Classes">The number of classes, 1 to <see cref="MostClasses"/>.</param>
internal sealed record ConfusionLayout(int Classes)
{
    /// <summary>The most classes that are drawn; ImageNet has 1,000.</summary>
    public const int MostClasses = 1024;

    /// <summary>Space around parts.</summary>
    public const int Gap = 12;

    /// <summary>The limit of a class name, in characters and in pixels; longer ones are cut.</summary>
    public const int LongestLabel = 200;

    /// <summary>The width of the colour scale.</summary>
    public const int ScaleWidth = 16;

    /// <summary>The side of a cell. Four characters fit up to 40 classes, three up to 100; beyond, cells have colours only.</summary>
    public int Cell => Classes switch { <= 12 => 56, <= 40 => 44, <= 100 => 30, <= 256 => 14, _ => 4 };

    /// <summary>The text size of the numbers; 0: none are written.</summary>
    public float NumberSize => Classes switch { <= 12 => 16, <= 40 => 13, <= 100 => 11, _ => 0 };

    /// <summary>The text size of names and titles.</summary>
    public float LabelSize => Classes switch { <= 40 => 16, <= 100 => 14, _ => 10 };

    /// <summary>Whether the classes' names fit beside the rows and columns.</summary>
    public bool HasNames => Classes <= 256;

    /// <summary>The length of the matrix's sides.</summary>
    public int Side => Classes * Cell;

    /// <summary>A part of a row as percent, with one decimal where there is room; empty where the row is empty.</summary>
    public string Number(double share)
    {
        if (share == 0 || NumberSize == 0) return "";
        var (percent, least, format) = (100 * share, Classes <= 40 ? 0.1 : 1, Classes <= 40 ? "0.0" : "0");
        if (percent < least / 2) return FormattableString.Invariant($"<{least}");
        return percent >= 99.95 ? "100" : percent.ToString(format, System.Globalization.CultureInfo.InvariantCulture);
    }
}
