namespace MlNetVision.Imaging;

/// <summary>What stands beside a letterboxed image.</summary>
public enum BorderMode
{
    /// <summary>One colour, <see cref="ResizeOptions.PadColor"/>.</summary>
    Color,

    /// <summary>
    /// The image mirrored at its outermost pixels, which are not repeated, and again where the border is longer than the
    /// image: NumPy's and ONNX's <c>reflect</c>. Networks that answer with an image see no edge there.
    /// </summary>
    Reflect,
}
