namespace MlNetVision.Imaging;

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
