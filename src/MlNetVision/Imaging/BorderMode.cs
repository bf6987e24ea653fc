namespace MlNetVision.Imaging;

/// <summary>What stands beside a letterboxed picture.</summary>
public enum BorderMode
{
    /// <summary>One colour, <see cref="ResizeOptions.PadColor"/>.</summary>
    Color,

    /// <summary>
    /// The picture mirrored at its outermost pixels, which are not repeated, and again where the border is longer than the
    /// picture: NumPy's and ONNX's <c>reflect</c>. Networks that answer with a picture see no edge there.
    /// </summary>
    Reflect,
}
