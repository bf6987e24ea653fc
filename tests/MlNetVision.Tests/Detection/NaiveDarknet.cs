using MlNetVision.Imaging;

namespace MlNetVision.Tests.Detection;

/// <summary>Darknet's letterbox in plain loops and single precision, with the rounding of its last row.</summary>
internal static class NaiveDarknet
{
    public static RgbImage Letterbox(RgbImage source, int width, int height)
    {
        var byWidth = (float)width / source.Width < (float)height / source.Height;
        var (w, h) = byWidth ? (width, source.Height * width / source.Width) : (source.Width * height / source.Height, height);
        var boxed = new RgbImage(width, height);
        for (var i = 0; i < boxed.Pixels.Length; i++) boxed.Pixels[i] = (byte)(i % 4 == 3 ? 255 : 127);
        for (var y = 0; y < h; y++)
        {
            for (var x = 0; x < w; x++)
            {
                var target = (((y + (height - h) / 2) * width) + x + (width - w) / 2) * 4;
                for (var c = 0; c < 3; c++) boxed.Pixels[target + c] = (byte)MathF.Round(Resized(source, w, h, x, y, c));
            }
        }
        return boxed;
    }

    private static float Resized(RgbImage source, int w, int h, int x, int y, int channel)
    {
        var sy = y * ((float)(source.Height - 1) / (h - 1));
        var top = (int)sy;
        var part = sy - top;
        var value = (1 - part) * Row(source, w, x, top, channel);
        return y == h - 1 ? value : value + part * Row(source, w, x, top + 1, channel);
    }

    private static float Row(RgbImage source, int w, int x, int y, int channel)
    {
        if (x == w - 1) return Pixel(source, source.Width - 1, y, channel);
        var sx = x * ((float)(source.Width - 1) / (w - 1));
        var left = (int)sx;
        var part = sx - left;
        return (1 - part) * Pixel(source, left, y, channel) + part * Pixel(source, left + 1, y, channel);
    }

    private static float Pixel(RgbImage p, int x, int y, int channel) => p.Pixels[(y * p.Width + x) * 4 + channel];
}
