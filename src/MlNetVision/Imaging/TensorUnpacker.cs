namespace MlNetVision.Imaging;

/// <summary>Reads pixels from a tensor of one image (1×3×H×W or 1×H×W×3), the inverse of <see cref="TensorPacker"/>.</summary>
public static class TensorUnpacker
{
    /// <summary>
    /// Writes a rectangle of the tensor's image into another image: <c>value / scale + mean</c> a channel, clipped to 0–255, rounded to
    /// nearest.
    /// </summary>
    /// <param name="tensor">Exactly 3 · width · height values.</param>
    /// <param name="width">The width of the tensor's image in pixels.</param>
    /// <param name="height">The height of the tensor's image in pixels.</param>
    /// <param name="layout">The order of the values.</param>
    /// <param name="normalization">The normalisation to undo.</param>
    /// <param name="left">The column of the tensor's image that <paramref name="target"/> begins at.</param>
    /// <param name="top">The row that it begins at.</param>
    /// <param name="target">The image to write, every pixel of it; alpha becomes 255.</param>
    /// <exception cref="ArgumentException">The tensor has another length, or the rectangle reaches beyond it.</exception>
    /// <exception cref="ObjectDisposedException">The image was disposed.</exception>
    public static void Unpack(
        ReadOnlySpan<float> tensor, int width, int height, PixelLayout layout, PixelNormalization normalization, int left, int top, RgbImage target)
    {
        ArgumentNullException.ThrowIfNull(target);
        Unpack(tensor, width, height, layout, normalization, left, top, new ImageRegion(target, 0, 0, target.Width, target.Height));
    }

    /// <summary>The same into a rectangle of an image.</summary>
    internal static void Unpack(
        ReadOnlySpan<float> tensor, int width, int height, PixelLayout layout, PixelNormalization normalization, int left, int top,
        ImageRegion target)
    {
        ArgumentNullException.ThrowIfNull(normalization);
        if (!Enum.IsDefined(layout)) throw new ArgumentException($"Pixel layout {(int)layout} is unknown; there are Nchw and Nhwc.", nameof(layout));
        var plane = (long)width * height;
        if (tensor.Length != 3 * plane)
            throw new ArgumentException($"The tensor has {tensor.Length} values; an image of {width}×{height} pixels has {3 * plane}.");
        if (left < 0 || top < 0 || left + target.Width > width || top + target.Height > height)
            throw new ArgumentException($"{target.Width}×{target.Height} pixels from ({left}, {top}) reach beyond the tensor's {width}×{height}.");
        var (step, next) = layout == PixelLayout.Nchw ? (1, (int)plane) : (3, 1);
        for (var y = 0; y < target.Height; y++)
        {
            var row = target.Row(y);
            row.Fill(0xFF000000);
            for (var c = 0; c < 3; c++)
            {
                var shift = 8 * (normalization.Bgr ? 2 - c : c);
                var values = tensor[(c * next + ((top + y) * width + left) * step)..];
                Add(values, step, 1 / normalization.Scale[c], normalization.Mean[c], shift, row);
            }
        }
        GC.KeepAlive(target.Image);
    }

    private static void Add(ReadOnlySpan<float> values, int step, float factor, float mean, int shift, Span<uint> row)
    {
        // Adding ½ and truncating rounds, because clipped values are not negative.
        for (var x = 0; x < row.Length; x++) row[x] |= (uint)Math.Clamp(values[x * step] * factor + mean + 0.5f, 0, 255) << shift;
    }
}
