using MlNetVision.Detection;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Detection;

[TestClass]
public class ClassPaletteTests
{
    // Hues evenly spaced, as before this palette, give 0.47 for 80 colours.
    [TestMethod]
    [DataRow(80, 9.4)]
    [DataRow(20, 19.4)]
    [DataRow(10, 27.5)]
    public void Color_FirstClasses_FarApart(int count, double least)
    {
        var colors = Enumerable.Range(0, count).Select(i => Ciede2000.ToLab(ClassPalette.Color(i))).ToList();
        for (var i = 0; i < count; i++)
        {
            for (var j = 0; j < i; j++) Assert.IsGreaterThan(least, Ciede2000.Difference(colors[i], colors[j]), $"classes {j} and {i}");
        }
    }

    [TestMethod]
    public void Color_All_ByFarthestPoints()
    {
        var levels = Enumerable.Range(0, 16).Select(i => (byte)(17 * i)).ToArray();
        var candidates = (from r in levels from g in levels from b in levels select new RgbColor(r, g, b)).Where(IsVivid)
            .Select(c => (Color: c, Lab: Ciede2000.ToLab(c))).ToArray();
        var nearest = new double[candidates.Length];
        Array.Fill(nearest, double.MaxValue);
        var last = Array.FindIndex(candidates, c => c.Color == new RgbColor(255, 68, 51));
        for (var i = 0; i < 80; i++)
        {
            Assert.AreEqual(candidates[last].Color, ClassPalette.Color(i), $"class {i}");
            for (var c = 0; c < candidates.Length; c++)
                nearest[c] = Math.Min(nearest[c], Ciede2000.Difference(candidates[c].Lab, candidates[last].Lab));
            last = Array.IndexOf(nearest, nearest.Max());
        }
    }

    // Pairs 1, 7, 10, 17 and 25 of Sharma, Wu and Dalal 2005, "The CIEDE2000 color-difference formula", table 1.
    [TestMethod]
    [DataRow(50, 2.6772, -79.7751, 50, 0, -82.7485, 2.0425)]
    [DataRow(50, 0, 0, 50, -1, 2, 2.3669)]
    [DataRow(50, 2.49, -0.001, 50, -2.49, 0.0011, 7.2195)]
    [DataRow(50, 2.5, 0, 73, 25, -18, 27.1492)]
    [DataRow(60.2574, -34.0099, 36.2677, 60.4626, -34.1751, 39.4387, 1.2644)]
    public void Ciede2000_PublishedPairs_Agrees(double l1, double a1, double b1, double l2, double a2, double b2, double expected) =>
        Assert.AreEqual(expected, Ciede2000.Difference((l1, a1, b1), (l2, a2, b2)), 0.00005);

    [TestMethod]
    public void Color_AnyIndexAndCount_SameInEveryImageAndRepeating()
    {
        Assert.AreEqual(ClassPalette.Color(1, 20), ClassPalette.Color(21, 20));
        Assert.AreEqual(ClassPalette.Color(17), ClassPalette.Color(17, 80), "a number of classes changes no colour below it");
        Assert.AreEqual(ClassPalette.Color(3), ClassPalette.Color(83));
        Assert.AreEqual(ClassPalette.Color(400, 1000), ClassPalette.Color(0, 1000));
        Assert.AreEqual(ClassPalette.Color(79), ClassPalette.Color(-1));
    }

    // WCAG 2.1: (L1 + 0.05) / (L2 + 0.05); 4.5 is its limit for small text.
    [TestMethod]
    public void Legible_EveryColour_ContrastAboveLimit()
    {
        for (var i = 0; i < 80; i++)
        {
            var (plate, text) = (ClassPalette.Color(i), ClassPalette.Legible(ClassPalette.Color(i)));
            var (a, b) = (Luminance(plate), Luminance(text));
            Assert.IsGreaterThanOrEqualTo(4.5, (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05), plate.ToString());
        }
        Assert.AreEqual(new RgbColor(0, 0, 0), ClassPalette.Legible(new(255, 255, 0)));
        Assert.AreEqual(new RgbColor(255, 255, 255), ClassPalette.Legible(new(0, 0, 255)));
    }

    private static double Luminance(RgbColor color) =>
        0.2126 * Ciede2000.Linear(color.Red) + 0.7152 * Ciede2000.Linear(color.Green) + 0.0722 * Ciede2000.Linear(color.Blue);

    /// <summary>A lightness of 0.5 to 0.92 and a chroma of at least 0.08 in OKLab (Ottosson 2020).</summary>
    private static bool IsVivid(RgbColor color)
    {
        var (r, g, b) = (Ciede2000.Linear(color.Red), Ciede2000.Linear(color.Green), Ciede2000.Linear(color.Blue));
        var l = Math.Cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
        var m = Math.Cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
        var s = Math.Cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
        var lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s;
        var chroma = double.Hypot(1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s);
        return lightness is >= 0.5 and <= 0.92 && chroma >= 0.08;
    }
}
