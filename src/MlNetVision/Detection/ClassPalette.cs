using MlNetVision.Imaging;

namespace MlNetVision.Detection;

/// <summary>One colour per class, evenly spaced in hue and the same in every image.</summary>
public static class ClassPalette
{
    private const double GoldenRatio = 0.6180339887498949;
    private const double Saturation = 0.85;
    private const double Value = 0.95;

    /// <summary>The colour of a class.</summary>
    /// <param name="classIndex">The 0-based index of the class.</param>
    /// <param name="classCount">
    /// The number of classes: their hues are then the multiples of 360°/count, in an order that keeps neighbouring classes apart.
    /// Null: each hue is a golden angle from the one before.
    /// </param>
    public static RgbColor Color(int classIndex, int? classCount = null)
    {
        if (classCount is not > 0) return FromHue(classIndex * GoldenRatio);
        var count = classCount.Value;
        return FromHue((double)((long)classIndex * Stride(count) % count) / count);
    }

    /// <summary>
    /// Black or white, whichever has the higher contrast with a colour (WCAG 2.1, relative luminance: the contrasts are equal at 0.179).
    /// </summary>
    public static RgbColor Legible(RgbColor background) => Luminance(background) > 0.179 ? new(0, 0, 0) : new(255, 255, 255);

    /// <summary>WCAG's relative luminance, 0 (black) to 1 (white).</summary>
    internal static double Luminance(RgbColor color) =>
        0.2126 * Linear(color.Red) + 0.7152 * Linear(color.Green) + 0.0722 * Linear(color.Blue);

    private static double Linear(byte value) => value <= 10 ? value / 255.0 / 12.92 : Math.Pow((value / 255.0 + 0.055) / 1.055, 2.4);

    /// <summary>The number nearest to 0.618 · count that has no divisor in common with it: its multiples visit every hue once.</summary>
    private static int Stride(int count)
    {
        var wanted = (int)Math.Round(count * GoldenRatio);
        for (var away = 0; away < count; away++)
        {
            if (Divisor(wanted + away, count) == 1) return wanted + away;
            if (wanted > away && Divisor(wanted - away, count) == 1) return wanted - away;
        }
        return 1;
    }

    private static int Divisor(int a, int b) => b == 0 ? a : Divisor(b, a % b);

    /// <summary>HSV to RGB, as f(n) = V − V·S·max(0, min(k, 4 − k, 1)) with k = (n + 6·hue) mod 6, n = 5, 3, 1.</summary>
    private static RgbColor FromHue(double turns)
    {
        turns -= Math.Floor(turns);
        byte Channel(int n)
        {
            var k = (n + 6 * turns) % 6;
            return (byte)Math.Round(255 * (Value - Value * Saturation * Math.Max(0, Math.Min(Math.Min(k, 4 - k), 1))));
        }
        return new(Channel(5), Channel(3), Channel(1));
    }
}
