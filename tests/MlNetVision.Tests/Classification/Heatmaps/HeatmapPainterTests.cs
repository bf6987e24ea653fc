using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Classification.Heatmaps;

[TestClass]
public sealed class HeatmapPainterTests
{
    [TestMethod]
    public void Draw_EveryPixel_IsMixedWithItsColour()
    {
        using var image = TestImages.Noise(24, 16, 3);
        var map = Map(24, 16);
        using var drawn = HeatmapPainter.Draw(image, map, new HeatmapPaintOptions { Opacity = 0.8f, Maximum = 5, Legend = false });
        Assert.AreEqual((24, 16), (drawn.Width, drawn.Height));
        var values = map.Upsample();
        for (var i = 0; i < values.Length; i++)
        {
            var level = (int)Math.Round(255 * Math.Min(1, values[i] / 5));
            var cover = 0.8 * (0.4 + (0.6 * level / 255));
            var color = HeatColors.All[level];
            byte[] over = [color.Red, color.Green, color.Blue];
            for (var c = 0; c < 3; c++)
                Assert.AreEqual((image.Pixels[(4 * i) + c] * (1 - cover)) + (over[c] * cover), drawn.Pixels[(4 * i) + c], 2.5, $"pixel {i}, channel {c}");
            Assert.AreEqual(255, drawn.Pixels[(4 * i) + 3]);
        }
    }

    [TestMethod]
    public void Draw_WithoutOpacity_LeavesTheImageAboveTheLegend()
    {
        using var image = TestImages.Noise(120, 80, 3);
        using var drawn = HeatmapPainter.Draw(image, Map(120, 80), new HeatmapPaintOptions { Opacity = 0 }, size => new PixelLabelFont(size));
        Assert.AreEqual(120, drawn.Width);
        Assert.IsGreaterThan(80, drawn.Height);
        Assert.IsTrue(image.Pixels.SequenceEqual(drawn.Pixels[..(120 * 80 * 4)]));
        var strip = drawn.Pixels[(120 * 80 * 4)..].ToArray().Chunk(4).Select(p => (p[0], p[1], p[2])).ToHashSet();
        foreach (var end in new[] { HeatColors.All[0], HeatColors.All[255], new RgbColor(255, 255, 255) })
            Assert.Contains((end.Red, end.Green, end.Blue), strip, $"{end}");
    }

    [TestMethod]
    public void Draw_BadInput_SaysWhatWasExpected()
    {
        using var image = TestImages.Noise(24, 16, 3);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => HeatmapPainter.Draw(image, Map(25, 16))).Message, "25×16");
        foreach (var options in new HeatmapPaintOptions[] { new() { Opacity = 1.1f }, new() { Opacity = float.NaN }, new() { Maximum = 0 }, new() { TextSize = 3 } })
            Assert.ThrowsExactly<ArgumentException>(() => HeatmapPainter.Draw(image, Map(24, 16), options));
    }

    private static ClassHeatmap Map(int width, int height) =>
        new("", width, height, new ClassScore(0, "a rather long name of a rose", 0.5f), [0, 1, 6, 2, 3, 0], 3, new HeatmapAxis(width / 3f, width / 6f), new HeatmapAxis(height / 2f, height / 4f));
}
