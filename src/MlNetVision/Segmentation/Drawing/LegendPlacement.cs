namespace MlNetVision.Segmentation;

/// <summary>Where the legend of an overlay stands.</summary>
public enum LegendPlacement
{
    /// <summary>No legend.</summary>
    None,

    /// <summary>Within the picture where it covers a quarter of it at most, otherwise below it. The default.</summary>
    Auto,

    /// <summary>Within the picture, in the corner where it hides least; classes that have no room are counted in its last line, and on a picture of a few pixels it is left out.</summary>
    Inside,

    /// <summary>On a strip below the picture, which makes the result higher, and wider than a picture that is narrower than a line of text.</summary>
    Below,
}
