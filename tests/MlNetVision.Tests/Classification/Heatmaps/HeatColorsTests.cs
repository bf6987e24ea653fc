using MlNetVision.Classification;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Classification.Heatmaps;

[TestClass]
public sealed class HeatColorsTests
{
    [TestMethod]
    public void All_LightnessOfCie_RisesEvenlyFromDarkToLight()
    {
        double[] lightness = [.. HeatColors.All.Select(Lightness)];
        Assert.HasCount(256, lightness);
        Assert.IsLessThan(15, lightness[0]);
        Assert.IsGreaterThan(93, lightness[255]);
        // Over sixteen colours, so that rounding to bytes does not show.
        double[] steps = [.. Enumerable.Range(0, 15).Select(i => lightness[(i + 1) * 17] - lightness[i * 17])];
        Assert.IsGreaterThan(0, steps.Min());
        Assert.IsLessThan(2, steps.Max() / steps.Min());
    }

    // L* of CIE 1976 from sRGB, white D65.
    private static double Lightness(RgbColor color)
    {
        var y = (0.2126 * Linear(color.Red)) + (0.7152 * Linear(color.Green)) + (0.0722 * Linear(color.Blue));
        return y > 0.008856 ? (116 * Math.Cbrt(y)) - 16 : 903.3 * y;
    }

    private static double Linear(byte value) => value / 255.0 is var v && v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
}
