using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>
/// Brightness, contrast, saturation and hue, in this order, rounded once at the end. Grey is 0.299 R + 0.587 G + 0.114 B
/// (ITU-R BT.601); hue is that of HSV.
/// </summary>
internal static class ColorChange
{
    private const float Red = 0.299f;
    private const float Green = 0.587f;
    private const float Blue = 0.114f;

    /// <summary>Changes the colours of an image in place. Pixels of alpha 0 (beyond the edges) stay as they are.</summary>
    public static void Apply(RgbImage image, Augmentation augmentation)
    {
        if (augmentation is { Brightness: 1, Contrast: 1, Saturation: 1, Hue: 0 }) return;
        var (brightness, contrast, saturation) = ((float)augmentation.Brightness, (float)augmentation.Contrast, (float)augmentation.Saturation);
        var sixths = (float)(augmentation.Hue / 60);
        var pixels = image.Pixels;
        var offset = contrast == 1 ? 0 : MeanGrey(pixels) * brightness * (1 - contrast);
        for (var i = 0; i < pixels.Length; i += 4)
        {
            if (pixels[i + 3] == 0) continue;
            var r = pixels[i] * brightness * contrast + offset;
            var g = pixels[i + 1] * brightness * contrast + offset;
            var b = pixels[i + 2] * brightness * contrast + offset;
            var grey = Grey(r, g, b);
            (r, g, b) = (Clamp(grey + saturation * (r - grey)), Clamp(grey + saturation * (g - grey)), Clamp(grey + saturation * (b - grey)));
            if (sixths != 0) (r, g, b) = TurnHue(r, g, b, sixths);
            (pixels[i], pixels[i + 1], pixels[i + 2]) = ((byte)(r + 0.5f), (byte)(g + 0.5f), (byte)(b + 0.5f));
        }
        GC.KeepAlive(image);
    }

    private static float Grey(float r, float g, float b) => Red * r + Green * g + Blue * b;

    private static float Clamp(float value) => Math.Clamp(value, 0, 255);

    private static float MeanGrey(ReadOnlySpan<byte> pixels)
    {
        var (r, g, b, count) = (0L, 0L, 0L, 0L);
        for (var i = 0; i < pixels.Length; i += 4)
        {
            if (pixels[i + 3] == 0) continue;
            r += pixels[i];
            g += pixels[i + 1];
            b += pixels[i + 2];
            count++;
        }
        return (float)((Red * (double)r + Green * (double)g + Blue * (double)b) / Math.Max(1, count));
    }

    /// <summary>The same value and saturation at another hue, in sixths of the colour circle: 0 red, 2 green, 4 blue.</summary>
    private static (float R, float G, float B) TurnHue(float r, float g, float b, float sixths)
    {
        var value = Math.Max(r, Math.Max(g, b));
        var chroma = value - Math.Min(r, Math.Min(g, b));
        if (chroma == 0) return (r, g, b);
        var hue = value == r ? (g - b) / chroma : value == g ? 2 + (b - r) / chroma : 4 + (r - g) / chroma;
        hue += sixths;
        return (Channel(5), Channel(3), Channel(1));

        float Channel(int n)
        {
            var k = (n + hue) % 6;
            if (k < 0) k += 6;
            return value - chroma * Math.Max(0, Math.Min(Math.Min(k, 4 - k), 1));
        }
    }
}
