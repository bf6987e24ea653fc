namespace MlNetVision.Imaging;

/// <summary>Writes an image's pixels as the tensor of one image (1×3×H×W or 1×H×W×3) that a network takes.</summary>
public static class TensorPacker
{
    /// <summary>Writes normalised floats: <c>(x − mean) · scale</c> a channel.</summary>
    /// <param name="image">The image, of the network's size.</param>
    /// <param name="target">Exactly 3 · width · height values.</param>
    /// <param name="layout">The order of the values.</param>
    /// <param name="normalization">The order of the channels, mean and factor.</param>
    /// <exception cref="ArgumentException">The target has another length.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static void Pack(RgbImage image, Span<float> target, PixelLayout layout, PixelNormalization normalization)
    {
        ArgumentNullException.ThrowIfNull(normalization);
        var pixels = Check(image, target.Length, layout);
        if (layout == PixelLayout.Nhwc) PackKernels.Interleaved(pixels, target, normalization);
        for (var c = 0; c < 3 && layout == PixelLayout.Nchw; c++)
            PackKernels.Plane(pixels, Plane(target, c), Shift(c, normalization.Bgr), normalization.Mean[c], normalization.Scale[c]);
        GC.KeepAlive(image);
    }

    /// <summary>Writes the bytes as they are, for networks with 8-bit input.</summary>
    /// <param name="image">The image, of the network's size.</param>
    /// <param name="target">Exactly 3 · width · height bytes.</param>
    /// <param name="layout">The order of the values.</param>
    /// <param name="bgr">Whether the channels are blue, green, red. Default: red, green, blue.</param>
    /// <exception cref="ArgumentException">The target has another length.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static void Pack(RgbImage image, Span<byte> target, PixelLayout layout, bool bgr = false)
    {
        var pixels = Check(image, target.Length, layout);
        if (layout == PixelLayout.Nhwc) PackKernels.Interleaved(pixels, target, bgr);
        for (var c = 0; c < 3 && layout == PixelLayout.Nchw; c++) PackKernels.Plane(pixels, Plane(target, c), Shift(c, bgr));
        GC.KeepAlive(image);
    }

    private static ReadOnlySpan<uint> Check(RgbImage image, int length, PixelLayout layout)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (!Enum.IsDefined(layout)) throw new ArgumentException($"Pixel layout {(int)layout} is unknown; there are Nchw and Nhwc.", nameof(layout));
        var pixels = image.Words;
        if (length != pixels.Length * 3L)
            throw new ArgumentException(
                $"The target has {length} values; an image of {image.Width}×{image.Height} pixels takes {pixels.Length * 3L}.");
        return pixels;
    }

    private static Span<T> Plane<T>(Span<T> target, int channel) => target.Slice(channel * (target.Length / 3), target.Length / 3);

    /// <summary>The bits that a channel of the tensor lies above the lowest of a pixel's word.</summary>
    private static int Shift(int channel, bool bgr) => 8 * (bgr ? 2 - channel : channel);
}

/// <summary>The order of an image's values in a tensor of one image and three channels.</summary>
public enum PixelLayout
{
    /// <summary>N, C, H, W: one plane per channel (Darknet, PyTorch, most ONNX models).</summary>
    Nchw,

    /// <summary>N, H, W, C: the three values of a pixel side by side (TensorFlow, Keras).</summary>
    Nhwc,
}
