namespace MlNetVision.Imaging;

/// <summary>The size to resize an image to, and how.</summary>
public sealed record ResizeOptions
{
    /// <summary>The largest width and height: 32,768.</summary>
    public const int MaxLength = 32_768;

    /// <summary>The width to reach, in pixels (1–32,768).</summary>
    public required int Width { get; init; }

    /// <summary>The height to reach, in pixels (1–32,768).</summary>
    public required int Height { get; init; }

    /// <summary>What happens where the shapes differ. Default: letterbox.</summary>
    public ResizeMode Mode { get; init; } = ResizeMode.Letterbox;

    /// <summary>The resampler. Default: Darknet's bilinear.</summary>
    public Resampler Resampler { get; init; } = Resampler.Bilinear;

    /// <summary>The colour beside a letterboxed image. Default: Darknet's grey.</summary>
    public RgbColor PadColor { get; init; } = RgbColor.DarknetGrey;

    /// <summary>The border of a letterboxed image. Default: <see cref="PadColor"/>.</summary>
    public BorderMode Border { get; init; } = BorderMode.Color;

    /// <summary>How a letterboxed image's shorter length is rounded to whole pixels. Default: down, as Darknet.</summary>
    public LetterboxRounding Rounding { get; init; } = LetterboxRounding.Down;

    /// <summary>Where a letterboxed image stands. Default: in the middle, as Darknet.</summary>
    public LetterboxPosition Position { get; init; } = LetterboxPosition.Center;

    /// <summary>Whether a letterboxed image is enlarged to its target; else a smaller one keeps its size. Default: true.</summary>
    public bool Enlarge { get; init; } = true;

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">
    /// A length is outside 1–32,768, or the mode, resampler, border, rounding or position is not one of the enumeration.
    /// </exception>
    public void Check()
    {
        if (Width is < 1 or > MaxLength || Height is < 1 or > MaxLength)
            throw new ArgumentException($"The size to resize to is {Width}×{Height}; each length must be between 1 and {MaxLength}.");
        KnownValue.Require<ResizeMode>(Mode, "Resize mode");
        KnownValue.Require<Resampler>(Resampler, nameof(Resampler));
        KnownValue.Require<BorderMode>(Border, nameof(Border));
        KnownValue.Require<LetterboxRounding>(Rounding, "Letterbox rounding");
        KnownValue.Require<LetterboxPosition>(Position, "Letterbox position");
    }
}

/// <summary>How an image is fitted to a network's input of another aspect ratio.</summary>
public enum ResizeMode
{
    /// <summary>Both axes are scaled independently, so that the image fills the input; shapes are distorted.</summary>
    Stretch,

    /// <summary>One scale for both axes, so that all of the image fits; it is centred and the rest is padded, as Darknet does.</summary>
    Letterbox,

    /// <summary>One scale for both axes, so that the image covers the input; two sides are cropped equally.</summary>
    Crop,
}

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
    /// Two taps at <c>(i+½)·n/m − ½</c>, the border repeated: OpenCV's <c>INTER_LINEAR</c> on bytes, with its fixed point numbers and so to the bit, and
    /// ONNX's <c>half_pixel</c>. Not antialiased.
    /// </summary>
    HalfPixelBilinear,

    /// <summary>
    /// A triangle about <c>(i+½)·n/m</c> whose half width is <c>max(1, n/m)</c> source pixels, so that every source pixel
    /// counts when an image shrinks: Pillow's <c>BILINEAR</c>. Antialiased. As in Pillow, values are rounded to bytes between the
    /// two axes: one level is invisible, but changes the brush strokes of style networks.
    /// </summary>
    Area,
}

/// <summary>The border of a letterboxed image.</summary>
public enum BorderMode
{
    /// <summary>One colour, <see cref="ResizeOptions.PadColor"/>.</summary>
    Color,

    /// <summary>
    /// The image mirrored at its outermost pixels, which are not repeated, and again where the border is longer than the
    /// image: NumPy's and ONNX's <c>reflect</c>. Image-to-image networks then see no edge.
    /// </summary>
    Reflect,
}

/// <summary>How the shorter length of a letterboxed image is rounded to whole pixels. One pixel more or less moves all others a little.</summary>
public enum LetterboxRounding
{
    /// <summary>Down, as Darknet's <c>letterbox_image</c> does with integers.</summary>
    Down,

    /// <summary>To the nearest whole pixel, of two equally near ones to the even one: Python's <c>round</c>.</summary>
    Nearest,
}

/// <summary>Where a letterboxed image stands within the network's input.</summary>
public enum LetterboxPosition
{
    /// <summary>In the middle, both borders equal; of an odd number of pixels the right or lower border has one more.</summary>
    Center,

    /// <summary>In the upper left corner.</summary>
    TopLeft,
}
