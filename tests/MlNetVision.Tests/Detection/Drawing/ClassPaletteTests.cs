using MlNetVision.Detection;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Detection;

[TestClass]
public class ClassPaletteTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(6)]
    [DataRow(20)]
    [DataRow(80)]
    public void Color_EveryClass_HuesEvenlySpaced(int count)
    {
        var hues = Enumerable.Range(0, count).Select(i => Hue(ClassPalette.Color(i, count))).Order().ToList();
        for (var i = 0; i < count; i++) Assert.AreEqual(i * 360.0 / count, hues[i], 0.5);
        if (count < 6) return;
        for (var i = 1; i < count; i++)
        {
            var apart = Math.Abs(Hue(ClassPalette.Color(i, count)) - Hue(ClassPalette.Color(i - 1, count)));
            Assert.IsGreaterThan(50, Math.Min(apart, 360 - apart), $"classes {i - 1} and {i} of {count}");
        }
    }

    [TestMethod]
    public void Color_WithoutCount_GoldenAngleApart()
    {
        for (var i = 1; i < 200; i++)
        {
            var step = (Hue(ClassPalette.Color(i)) - Hue(ClassPalette.Color(i - 1)) + 720) % 360;
            Assert.AreEqual(360 * 0.6180339887, step, 1);
        }
    }

    [TestMethod]
    public void Color_IndexBeyondCount_GoesRound() => Assert.AreEqual(ClassPalette.Color(1, 20), ClassPalette.Color(21, 20));

    // WCAG 2.1: (L1 + 0.05) / (L2 + 0.05); 4.5 is its limit for small text.
    [TestMethod]
    public void Legible_EveryHue_ContrastAboveLimit()
    {
        for (var i = 0; i < 360; i++)
        {
            var (plate, text) = (ClassPalette.Color(i, 360), ClassPalette.Legible(ClassPalette.Color(i, 360)));
            var (a, b) = (ClassPalette.Luminance(plate), ClassPalette.Luminance(text));
            Assert.IsGreaterThanOrEqualTo(4.5, (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05), plate.ToString());
        }
        Assert.AreEqual(new RgbColor(0, 0, 0), ClassPalette.Legible(new(255, 255, 0)));
        Assert.AreEqual(new RgbColor(255, 255, 255), ClassPalette.Legible(new(0, 0, 255)));
    }

    private static double Hue(RgbColor color)
    {
        double r = color.Red, g = color.Green, b = color.Blue;
        var (max, min) = (Math.Max(r, Math.Max(g, b)), Math.Min(r, Math.Min(g, b)));
        var hue = max == r ? (g - b) / (max - min) : max == g ? 2 + (b - r) / (max - min) : 4 + (r - g) / (max - min);
        return (hue * 60 + 360) % 360;
    }
}
