namespace MlNetVision.Imaging;

/// <summary>
/// The rectangle of the scaled image within the network's input, in whole pixels: padded where the offset is positive,
/// cropped where it is negative.
/// </summary>
/// <param name="Width">The width of the scaled image.</param>
/// <param name="Height">The height of the scaled image.</param>
/// <param name="Left">The input's column that its left edge lies on.</param>
/// <param name="Top">The input's row that its top edge lies on.</param>
internal readonly record struct ResizePlan(long Width, long Height, long Left, long Top)
{
    /// <summary>Computes the plan with the integer arithmetic of Darknet's <c>letterbox_image</c>, except for the rounding.</summary>
    public static ResizePlan For(
        ResizeMode mode, int imageWidth, int imageHeight, int networkWidth, int networkHeight, LetterboxRounding rounding = LetterboxRounding.Down)
    {
        long pw = imageWidth, ph = imageHeight, nw = networkWidth, nh = networkHeight;
        var widthLimits = nw * ph < nh * pw;
        var (width, height) = mode switch
        {
            ResizeMode.Stretch => (nw, nh),
            ResizeMode.Letterbox when widthLimits => (nw, Scaled(ph, nw, pw)),
            ResizeMode.Letterbox => (Scaled(pw, nh, ph), nh),
            ResizeMode.Crop when widthLimits => ((pw * nh + ph - 1) / ph, nh),
            ResizeMode.Crop => (nw, (ph * nw + pw - 1) / pw),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Expected Stretch, Letterbox or Crop."),
        };
        return new(width, height, (nw - width) / 2, (nh - height) / 2);

        long Scaled(long length, long to, long from) => Math.Max(1, (length * to + (rounding == LetterboxRounding.Nearest ? from / 2 : 0)) / from);
    }
}
