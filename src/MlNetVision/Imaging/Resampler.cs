namespace MlNetVision.Imaging;

/// <summary>
/// How a pixel of the resized image is worked out. With <c>n</c> source and <c>m</c> target pixels along an axis, target
/// pixel <c>i</c> looks at the source position that each member states.
/// </summary>
public enum Resampler
{
    /// <summary>
    /// Darknet's <c>resize_image</c>: two taps at <c>i·(n−1)/(m−1)</c>, so that the corner pixels of both images coincide.
    /// Not antialiased. The last target pixel is the last source pixel, on both axes (Darknet does so for columns only, and
    /// where floats round down its last row turns dark; a target of one row is not a number there).
    /// </summary>
    Bilinear,

    /// <summary>The source pixel whose area holds the centre of the target pixel: <c>⌊(i+½)·n/m⌋</c>, as in Pillow.</summary>
    Nearest,

    /// <summary>
    /// Two taps at <c>(i+½)·n/m − ½</c>, the border repeated: OpenCV's <c>INTER_LINEAR</c> and ONNX's <c>half_pixel</c>.
    /// Not antialiased.
    /// </summary>
    HalfPixelBilinear,

    /// <summary>
    /// A triangle about <c>(i+½)·n/m</c> whose half width is <c>max(1, n/m)</c> source pixels, so that every source pixel
    /// counts when an image shrinks: Pillow's <c>BILINEAR</c>. Antialiased. As there, rows are rounded to bytes between the
    /// two axes: a level here or there is nothing to the eye, but style networks answer it with another brush stroke.
    /// </summary>
    Area,
}
