namespace MlNetVision.Imaging;

/// <summary>
/// How pixels of the resized image are computed. With <c>n</c> source and <c>m</c> target pixels along an axis, target
/// pixel <c>i</c> reads the source position that each member states.
/// </summary>
public enum Resampler
{
    /// <summary>
    /// Darknet's <c>resize_image</c>: two taps at <c>i·(n−1)/(m−1)</c>, so that the corner pixels of both images coincide.
    /// Not antialiased. The last target pixel is the last source pixel, on both axes (Darknet does so for columns only; where
    /// floats round down its last row turns dark, and a target of one row gives NaN).
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
    /// counts when an image shrinks: Pillow's <c>BILINEAR</c>. Antialiased. As in Pillow, values are rounded to bytes between the
    /// two axes: one level is invisible, but changes the brush strokes of style networks.
    /// </summary>
    Area,
}
