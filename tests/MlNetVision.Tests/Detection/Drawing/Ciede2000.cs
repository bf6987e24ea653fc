using MlNetVision.Imaging;

namespace MlNetVision.Tests.Detection;

/// <summary>The difference of colours by CIEDE2000, as in Sharma, Wu and Dalal 2005; white is D65.</summary>
internal static class Ciede2000
{
    /// <summary>The linear value of an sRGB channel, 0 to 1.</summary>
    public static double Linear(byte value) => value / 255.0 <= 0.04045 ? value / 255.0 / 12.92 : Math.Pow((value / 255.0 + 0.055) / 1.055, 2.4);

    public static (double L, double A, double B) ToLab(RgbColor color)
    {
        static double F(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : (24389.0 / 27 * t + 16) / 116;
        var (r, g, b) = (Linear(color.Red), Linear(color.Green), Linear(color.Blue));
        var x = F((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
        var y = F(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
        var z = F((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
        return (116 * y - 16, 500 * (x - y), 200 * (y - z));
    }

    public static double Difference((double L, double A, double B) one, (double L, double A, double B) other)
    {
        var mean7 = Math.Pow((double.Hypot(one.A, one.B) + double.Hypot(other.A, other.B)) / 2, 7);
        var stretch = 1 + 0.5 * (1 - Math.Sqrt(mean7 / (mean7 + Math.Pow(25, 7))));
        var (a1, a2) = (stretch * one.A, stretch * other.A);
        var (c1, c2) = (double.Hypot(a1, one.B), double.Hypot(a2, other.B));
        var (h1, h2) = (Degrees(one.B, a1), Degrees(other.B, a2));
        var hue = c1 * c2 == 0 ? 0 : h2 - h1 > 180 ? h2 - h1 - 360 : h2 - h1 < -180 ? h2 - h1 + 360 : h2 - h1;
        var meanHue = c1 * c2 == 0 ? h1 + h2 : Math.Abs(h1 - h2) <= 180 ? (h1 + h2) / 2 : h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2;
        var (lightness, chroma) = ((one.L + other.L) / 2, (c1 + c2) / 2);
        var t = 1 - 0.17 * Cos(meanHue - 30) + 0.24 * Cos(2 * meanHue) + 0.32 * Cos(3 * meanHue + 6) - 0.2 * Cos(4 * meanHue - 63);
        var square = Math.Pow(lightness - 50, 2);
        var l = (other.L - one.L) / (1 + 0.015 * square / Math.Sqrt(20 + square));
        var c = (c2 - c1) / (1 + 0.045 * chroma);
        var h = 2 * Math.Sqrt(c1 * c2) * Math.Sin(hue * Math.PI / 360) / (1 + 0.015 * chroma * t);
        var chroma7 = Math.Pow(chroma, 7);
        var turn = -2 * Math.Sqrt(chroma7 / (chroma7 + Math.Pow(25, 7))) * Math.Sin(Math.PI / 3 * Math.Exp(-Math.Pow((meanHue - 275) / 25, 2)));
        return Math.Sqrt(l * l + c * c + h * h + turn * c * h);
    }

    private static double Cos(double degrees) => Math.Cos(degrees * Math.PI / 180);

    private static double Degrees(double y, double x) => y == 0 && x == 0 ? 0 : (Math.Atan2(y, x) * 180 / Math.PI + 360) % 360;
}
