namespace MlNetVision.Imaging;

/// <summary>Writes an image's pixels as the tensor of one image that a network takes: 1×3×H×W, 1×H×W×3, or one channel of grey.</summary>
public static class TensorPacker
{
    /// <summary>The weights of red, green and blue in the luma of ITU-R 601 as Pillow rounds them, and their sum.</summary>
    internal const int LumaRed = 19_595, LumaGreen = 38_470, LumaBlue = 7_471, LumaOne = 65_536;

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

    /// <summary>
    /// Writes normalised grey: <c>(L − mean) · scale</c>, with the luma L of each pixel as <see cref="PackGrey(RgbImage, Span{byte})"/> gives it.
    /// </summary>
    /// <param name="image">The image, of the network's size.</param>
    /// <param name="target">Exactly width · height values: one channel, in either layout.</param>
    /// <param name="normalization">A normalisation that is the same for all channels (<see cref="PixelNormalization.IsUniform"/>).</param>
    /// <exception cref="ArgumentException">The target has another length, or the normalisation differs between channels.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static void PackGrey(RgbImage image, Span<float> target, PixelNormalization normalization)
    {
        ArgumentNullException.ThrowIfNull(normalization);
        if (!normalization.IsUniform)
            throw new ArgumentException($"The normalisation '{normalization.Name}' differs between channels; expected one mean and factor for grey.");
        var pixels = CheckGrey(image, target.Length);
        var (mean, scale) = (normalization.Mean[0], normalization.Scale[0]);
        for (var i = 0; i < pixels.Length; i++) target[i] = (Luma(pixels[i]) - mean) * scale;
        GC.KeepAlive(image);
    }

    /// <summary>
    /// Writes the luma of each pixel by ITU-R 601, rounded as Pillow's mode <c>L</c>: (19595 R + 38470 G + 7471 B + 32768) / 65536 in whole numbers.
    /// </summary>
    /// <param name="image">The image, of the network's size.</param>
    /// <param name="target">Exactly width · height bytes: one channel, in either layout.</param>
    /// <exception cref="ArgumentException">The target has another length.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static void PackGrey(RgbImage image, Span<byte> target)
    {
        var pixels = CheckGrey(image, target.Length);
        for (var i = 0; i < pixels.Length; i++) target[i] = (byte)Luma(pixels[i]);
        GC.KeepAlive(image);
    }

    private static int Luma(uint pixel) =>
        (LumaRed * (byte)pixel + LumaGreen * (byte)(pixel >> 8) + LumaBlue * (byte)(pixel >> 16) + LumaOne / 2) / LumaOne;

    private static ReadOnlySpan<uint> CheckGrey(RgbImage image, int length)
    {
        ArgumentNullException.ThrowIfNull(image);
        var pixels = image.Words;
        return length == pixels.Length ? pixels : throw new ArgumentException(
            $"The target has {length} values; an image of {image.Width}×{image.Height} pixels takes {pixels.Length} of grey.");
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
