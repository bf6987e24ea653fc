using MlNetVision.Imaging;

namespace MlNetVision.Classification;

/// <summary>
/// Colours from dark violet over red and orange to light yellow, whose lightness rises in equal steps, so that equal differences look
/// equal, also in grey and to the colour-blind.
/// </summary>
/// <remarks>
/// Computed in Oklab: B. Ottosson, "A perceptual color space for image processing", 2020, https://bottosson.github.io/posts/oklab/.
/// </remarks>
internal static class HeatColors
{
    private const double Darkest = 0.22;
    private const double Lightest = 0.97;

    // Hues in degrees of Oklab: violet, over red (29°), to yellow (110°).
    private const double FirstHue = -70;
    private const double LastHue = 105;

    /// <summary>256 colours for 0 to 1.</summary>
    public static IReadOnlyList<RgbColor> All { get; } = [.. Enumerable.Range(0, 256).Select(i => Color(i / 255.0))];

    private static RgbColor Color(double value)
    {
        var lightness = Darkest + ((Lightest - Darkest) * value);
        var hue = (FirstHue + ((LastHue - FirstHue) * value)) * Math.PI / 180;
        // The highest chroma in the sRGB gamut at that lightness and hue, capped so that red does not stand out.
        var chroma = 0.18;
        while (!Fits(lightness, chroma, hue)) chroma -= 0.001;
        var (r, g, b) = Linear(lightness, chroma, hue);
        return new(Encode(r), Encode(g), Encode(b));
    }

    private static bool Fits(double lightness, double chroma, double hue)
    {
        var (r, g, b) = Linear(lightness, chroma, hue);
        return chroma <= 0 || (r is >= 0 and <= 1 && g is >= 0 and <= 1 && b is >= 0 and <= 1);
    }

    /// <summary>Oklab's polar form to linear sRGB.</summary>
    private static (double R, double G, double B) Linear(double lightness, double chroma, double hue)
    {
        var (a, b) = (chroma * Math.Cos(hue), chroma * Math.Sin(hue));
        var l = Math.Pow(lightness + (0.3963377774 * a) + (0.2158037573 * b), 3);
        var m = Math.Pow(lightness - (0.1055613458 * a) - (0.0638541728 * b), 3);
        var s = Math.Pow(lightness - (0.0894841775 * a) - (1.2914855480 * b), 3);
        return ((4.0767416621 * l) - (3.3077115913 * m) + (0.2309699292 * s),
            (-1.2684380046 * l) + (2.6097574011 * m) - (0.3413193965 * s),
            (-0.0041960863 * l) - (0.7034186147 * m) + (1.7076147010 * s));
    }

    /// <summary>The transfer function of sRGB (IEC 61966-2-1).</summary>
    private static byte Encode(double linear) =>
        (byte)Math.Round(255 * Math.Clamp(linear <= 0.0031308 ? 12.92 * linear : (1.055 * Math.Pow(linear, 1 / 2.4)) - 0.055, 0, 1));
}
