namespace MlNetVision.Segmentation;

/// <summary>Where the legend of an overlay stands.</summary>
public enum LegendPlacement
{
    /// <summary>No legend.</summary>
    None,

    /// <summary>Within the image where it covers a quarter of it at most, otherwise below it. The default.</summary>
    Auto,

    /// <summary>Within the image, in the corner where it hides least; classes that have no room are counted in its last line, and on an image of a few pixels it is left out.</summary>
    Inside,

    /// <summary>On a strip below the image, which makes the result higher, and wider than an image that is narrower than a line of text.</summary>
    Below,
}
