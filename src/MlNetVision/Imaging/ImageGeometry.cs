namespace MlNetVision.Imaging;

/// <summary>
/// The map between the pixels of an upright image and those of a network's input:
/// <c>network = image · scale + offset</c> on each axis. It is made where the image is resized and travels with the result.
/// </summary>
/// <remarks>
/// Boxes are mapped back as in Darknet's <c>correct_region_boxes</c> and <c>correct_yolo_boxes</c>: less the offset, times
/// image length / scaled length. (Darknet takes half of an odd padding as x.5 here but draws the image at the
/// whole pixel below; this map uses the pixel that the image is drawn at.)
/// </remarks>
/// <param name="ImageWidth">The width of the upright image in pixels.</param>
/// <param name="ImageHeight">The height of the upright image in pixels.</param>
/// <param name="NetworkWidth">The width of the network's input in pixels.</param>
/// <param name="NetworkHeight">The height of the network's input in pixels.</param>
/// <param name="ScaleX">Network pixels per image pixel, horizontally.</param>
/// <param name="ScaleY">Network pixels per image pixel, vertically.</param>
/// <param name="OffsetX">The network's column that the image's left edge lies on; negative where it is cut off.</param>
/// <param name="OffsetY">The network's row that the image's top edge lies on; negative where it is cut off.</param>
public readonly record struct ImageGeometry(
    int ImageWidth, int ImageHeight, int NetworkWidth, int NetworkHeight,
    float ScaleX, float ScaleY, float OffsetX, float OffsetY)
{
    /// <summary>The map for an image and an input of the given sizes, all in pixels and at least 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1, or the mode is unknown.</exception>
    public static ImageGeometry For(
        ResizeMode mode, int imageWidth, int imageHeight, int networkWidth, int networkHeight, LetterboxRounding rounding = LetterboxRounding.Down)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(networkWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(networkHeight, 1);
        return For(new ResizeOptions { Width = networkWidth, Height = networkHeight, Mode = mode, Rounding = rounding }, imageWidth, imageHeight);
    }

    /// <summary>The map that a resize makes.</summary>
    /// <param name="options">The network's size, and how images are fitted to it.</param>
    /// <param name="imageWidth">The width of the upright image in pixels, at least 1.</param>
    /// <param name="imageHeight">The height of the upright image in pixels, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1, or the mode is unknown.</exception>
    public static ImageGeometry For(ResizeOptions options, int imageWidth, int imageHeight)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageWidth, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(imageHeight, 1);
        var plan = ResizePlan.For(options, imageWidth, imageHeight);
        return new(imageWidth, imageHeight, options.Width, options.Height,
            (float)((double)plan.Width / imageWidth), (float)((double)plan.Height / imageHeight), plan.Left, plan.Top);
    }

    /// <summary>The image's horizontal coordinate of a network column; not clipped to the image.</summary>
    public float ToImageX(float networkX) => (networkX - OffsetX) / ScaleX;

    /// <summary>The image's vertical coordinate of a network row; not clipped to the image.</summary>
    public float ToImageY(float networkY) => (networkY - OffsetY) / ScaleY;

    /// <summary>The network's horizontal coordinate of an image column.</summary>
    public float ToNetworkX(float imageX) => imageX * ScaleX + OffsetX;

    /// <summary>The network's vertical coordinate of an image row.</summary>
    public float ToNetworkY(float imageY) => imageY * ScaleY + OffsetY;
}
