using SkiaSharp;

namespace MlNetVision.Imaging;

/// <summary>Undoes the rotation and mirroring of EXIF's orientation tag (0x0112, values 1–8).</summary>
internal static class Upright
{
    /// <summary>Whether width and height are swapped: values 5–8.</summary>
    public static bool SwapsSides(SKEncodedOrigin origin) => origin >= SKEncodedOrigin.LeftTop;

    /// <summary>Makes the upright copy.</summary>
    public static RgbImage Turn(RgbImage stored, SKEncodedOrigin origin)
    {
        var swapped = SwapsSides(origin);
        var upright = RgbImage.Uninitialized(swapped ? stored.Height : stored.Width, swapped ? stored.Width : stored.Height);
        Turn<uint>(stored.Words, stored.Width, stored.Height, origin, upright.Words);
        GC.KeepAlive(stored);
        return upright;
    }

    /// <summary>Copies values of pixels, row by row, to where they are in the upright image.</summary>
    public static void Turn<T>(ReadOnlySpan<T> stored, int width, int height, SKEncodedOrigin origin, Span<T> upright)
    {
        var (first, right, down) = Walk(origin, width, height);
        var (rows, columns) = SwapsSides(origin) ? (width, height) : (height, width);
        var at = 0;
        for (var y = 0; y < rows; y++)
        {
            var from = first + y * down;
            for (var x = 0; x < columns; x++, from += right) upright[at++] = stored[from];
        }
    }

    /// <summary>
    /// The index of the stored pixel that is the upright image's first, and the steps in the stored image for one pixel
    /// right and one pixel down in the upright one. The tag states the side of the stored first row and column.
    /// </summary>
    private static (int First, int Right, int Down) Walk(SKEncodedOrigin origin, int w, int h) => origin switch
    {
        SKEncodedOrigin.TopRight => (w - 1, -1, w),
        SKEncodedOrigin.BottomRight => (w * h - 1, -1, -w),
        SKEncodedOrigin.BottomLeft => (w * (h - 1), 1, -w),
        SKEncodedOrigin.LeftTop => (0, w, 1),
        SKEncodedOrigin.RightTop => (w * (h - 1), -w, 1),
        SKEncodedOrigin.RightBottom => (w * h - 1, -w, -1),
        SKEncodedOrigin.LeftBottom => (w - 1, w, -1),
        _ => (0, 1, w),
    };
}
