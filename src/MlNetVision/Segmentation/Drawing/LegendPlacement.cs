namespace MlNetVision.Segmentation;

/// <summary>The position of an overlay's legend.</summary>
public enum LegendPlacement
{
    /// <summary>No legend.</summary>
    None,

    /// <summary>Within the image where it covers a quarter of it at most, otherwise below it. The default.</summary>
    Auto,

    /// <summary>Within the image, in the corner where it hides least; its last line counts classes without room; an image of a few pixels gets no legend.</summary>
    Inside,

    /// <summary>On a strip below the image, which makes the result higher, and wider where the image is narrower than a line of text.</summary>
    Below,
}
