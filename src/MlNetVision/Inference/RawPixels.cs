using MlNetVision.Imaging;

namespace MlNetVision.Inference;

/// <summary>Raw pixels of cameras and other libraries.</summary>
internal sealed class RawPixels
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _width;
    private readonly int _height;
    private readonly int _stride;
    private readonly RawPixelFormat _format;

    /// <exception cref="ArgumentException">Size, stride and number of bytes do not agree.</exception>
    public RawPixels(ReadOnlyMemory<byte> pixels, int width, int height, RawPixelFormat format, int stride)
    {
        if (!Enum.IsDefined(format))
        {
            throw new ArgumentException(
                $"{format} is not a pixel format; expected {string.Join(", ", Enum.GetNames<RawPixelFormat>())}.", nameof(format));
        }
        if (width < 1 || height < 1)
            throw new ArgumentException(FormattableString.Invariant($"{width}×{height} pixels are given; expected 1×1 or more."), nameof(width));
        var row = (long)width * Channels(format);
        if (stride != 0 && stride < row)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"A stride of {stride} bytes is given; a row of {width} pixels in {format} takes {row}."),
                nameof(stride));
        }
        var needed = (Int128)(height - 1) * (stride == 0 ? row : stride) + row;
        if (pixels.Length < needed)
        {
            throw new ArgumentException(
                FormattableString.Invariant($"{pixels.Length} bytes are given; {width}×{height} pixels in {format} take {needed}."), nameof(pixels));
        }
        (_bytes, _width, _height, _format, _stride) = (pixels, width, height, format, stride == 0 ? (int)row : stride);
    }

    /// <summary>A copy as an image; the caller disposes it.</summary>
    /// <exception cref="BadImageException">The image is beyond the limits.</exception>
    public RgbImage ToImage(string name, ImageLimits? limits)
    {
        CheckLimits(_width, _height, name, limits);
        var image = RgbImage.Uninitialized(_width, _height);
        var bytes = _bytes.Span;
        var target = image.Pixels;
        var channels = Channels(_format);
        for (var y = 0; y < _height; y++) Convert(bytes.Slice(y * _stride, _width * channels), target.Slice(y * _width * 4, _width * 4));
        if (channels == 4) AlphaBlend.OverWhite(target);
        return image;
    }

    /// <exception cref="BadImageException">There are more pixels than allowed.</exception>
    public static void CheckLimits(int width, int height, string name, ImageLimits? limits)
    {
        var most = (limits ?? ImageLimits.Default).UsedPixels;
        if ((long)width * height > most)
            throw new BadImageException(FormattableString.Invariant($"{name}: {width}×{height} pixels; at most {most} pixels are taken."));
    }

    private static int Channels(RawPixelFormat format) => format switch
    {
        RawPixelFormat.Gray8 => 1,
        RawPixelFormat.Rgb24 or RawPixelFormat.Bgr24 => 3,
        _ => 4,
    };

    private void Convert(ReadOnlySpan<byte> from, Span<byte> to)
    {
        var (red, green, blue, step) = _format switch
        {
            RawPixelFormat.Rgb24 => (0, 1, 2, 3),
            RawPixelFormat.Bgr24 => (2, 1, 0, 3),
            RawPixelFormat.Rgba32 => (0, 1, 2, 4),
            RawPixelFormat.Bgra32 => (2, 1, 0, 4),
            _ => (0, 0, 0, 1),
        };
        for (int i = 0, o = 0; o < to.Length; i += step, o += 4)
            (to[o], to[o + 1], to[o + 2], to[o + 3]) = (from[i + red], from[i + green], from[i + blue], step == 4 ? from[i + 3] : (byte)255);
    }
}
