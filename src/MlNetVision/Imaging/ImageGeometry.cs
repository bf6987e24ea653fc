namespace MlNetVision.Imaging;

/// <summary>
/// The map between the pixels of an upright picture and those of a network's input:
/// <c>network = picture · scale + offset</c> on each axis. It is made where the picture is resized and travels with the result.
/// </summary>
/// <remarks>
/// Boxes go back as in Darknet's <c>correct_region_boxes</c> and <c>correct_yolo_boxes</c>: less the offset, times
/// picture length / scaled length. (Darknet takes half of an odd padding as x.5 here though it draws the picture at the
/// whole pixel below; this map uses the pixel that the picture was drawn at.)
/// </remarks>
/// <param name="PictureWidth">The width of the upright picture in pixels.</param>
/// <param name="PictureHeight">The height of the upright picture in pixels.</param>
/// <param name="NetworkWidth">The width of the network's input in pixels.</param>
/// <param name="NetworkHeight">The height of the network's input in pixels.</param>
/// <param name="ScaleX">Network pixels for a picture pixel, horizontally.</param>
/// <param name="ScaleY">Network pixels for a picture pixel, vertically.</param>
/// <param name="OffsetX">The network's column that the picture's left edge lies on; negative where it is cut off.</param>
/// <param name="OffsetY">The network's row that the picture's top edge lies on; negative where it is cut off.</param>
public readonly record struct ImageGeometry(
    int PictureWidth, int PictureHeight, int NetworkWidth, int NetworkHeight,
    float ScaleX, float ScaleY, float OffsetX, float OffsetY)
{
    /// <summary>The map for a picture and an input of the given sizes, all in pixels and at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1, or the mode is unknown.</exception>
    public static ImageGeometry For(
        ResizeMode mode, int pictureWidth, int pictureHeight, int networkWidth, int networkHeight, LetterboxRounding rounding = LetterboxRounding.Down)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pictureWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(pictureHeight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(networkWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(networkHeight, 1);
        var plan = ResizePlan.For(mode, pictureWidth, pictureHeight, networkWidth, networkHeight, rounding);
        return new(pictureWidth, pictureHeight, networkWidth, networkHeight,
            (float)((double)plan.Width / pictureWidth), (float)((double)plan.Height / pictureHeight), plan.Left, plan.Top);
    }

    /// <summary>The picture's horizontal coordinate of a network column; not clipped to the picture.</summary>
    public float ToPictureX(float networkX) => (networkX - OffsetX) / ScaleX;

    /// <summary>The picture's vertical coordinate of a network row; not clipped to the picture.</summary>
    public float ToPictureY(float networkY) => (networkY - OffsetY) / ScaleY;

    /// <summary>The network's horizontal coordinate of a picture column.</summary>
    public float ToNetworkX(float pictureX) => pictureX * ScaleX + OffsetX;

    /// <summary>The network's vertical coordinate of a picture row.</summary>
    public float ToNetworkY(float pictureY) => pictureY * ScaleY + OffsetY;
}
