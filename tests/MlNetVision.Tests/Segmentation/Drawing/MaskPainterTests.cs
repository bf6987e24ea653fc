using System.Security.Cryptography;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class MaskPainterTests
{
    private static readonly SegmentationPaintOptions Plain = new() { Legend = LegendPlacement.None };
    private static readonly string[] Labels = ["background", "a", "b", "c"];

    [TestMethod]
    [DataRow(0f)]
    [DataRow(0.3f)]
    [DataRow(0.5f)]
    [DataRow(1f)]
    public void Draw_Opacity_NaiveBlendAndBackgroundLeftAlone(float opacity)
    {
        using var source = TestImages.Noise(61, 37);
        var mask = Blocks(61, 37);
        using var result = MaskPainter.Draw(source, mask, Plain with { Opacity = opacity });
        for (var y = 0; y < 37; y++)
        {
            for (var x = 0; x < 61; x++)
            {
                var (from, to, color) = (source.At(x, y), result.At(x, y), ColorPalette.Voc[mask[x, y]]);
                var amount = mask[x, y] == 0 ? 0 : opacity;
                Assert.AreEqual(from.R + (color.Red - from.R) * amount, to.R, 1.01, $"red at {x}, {y}");
                Assert.AreEqual(from.G + (color.Green - from.G) * amount, to.G, 1.01);
                Assert.AreEqual(from.B + (color.Blue - from.B) * amount, to.B, 1.01);
                Assert.AreEqual(255, result.Pixels[4 * (y * 61 + x) + 3]);
            }
        }
    }

    [TestMethod]
    public void Draw_BackgroundNull_EveryClassColored()
    {
        using var source = TestImages.Gradient(8, 8);
        using var result = MaskPainter.Draw(source, new(8, 8, new byte[64], Labels), Plain with { Opacity = 1, Background = null });
        Assert.AreEqual(((byte)0, (byte)0, (byte)0), result.At(5, 5));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void Draw_Contours_PixelsThatSeeAnotherClass(int width)
    {
        using var source = TestImages.Gradient(90, 40);
        var mask = Blocks(90, 40);
        using var result = MaskPainter.Draw(source, mask, Plain with { Opacity = 0, Contours = true, ContourWidth = width });
        for (var y = 0; y < 40; y++)
        {
            for (var x = 0; x < 90; x++)
            {
                var c = mask[x, y];
                bool Other(int dx, int dy) => x + dx is >= 0 and < 90 && y + dy is >= 0 and < 40 && mask[x + dx, y + dy] != c;
                var edge = c != 0 && (Other(width, 0) || Other(-width, 0) || Other(0, width) || Other(0, -width));
                var color = ColorPalette.Voc[c];
                Assert.AreEqual(edge ? (color.Red, color.Green, color.Blue) : source.At(x, y), result.At(x, y), $"{x}, {y}");
            }
        }
    }

    [TestMethod]
    [DataRow(64, 48)]
    [DataRow(20, 60)]
    [DataRow(1, 1)]
    [DataRow(200, 150)]
    [DataRow(640, 480)]
    [DataRow(3000, 2000)]
    public void Draw_LegendAuto_EveryClassNamedAndImageNotCovered(int width, int height)
    {
        using var source = TestImages.Gradient(width, height);
        var mask = Blocks(width, height);
        foreach (var pixels in new[] { false, true })
        {
            using var result = MaskPainter.Draw(source, mask, new(), size => pixels ? new PixelLabelFont(size) : LabelFont.Create(size));
            using var without = MaskPainter.Draw(source, mask, Plain);
            var changed = 0;
            for (var y = 0; y < height; y++)
                for (var x = 0; x < width; x++) changed += result.At(x, y) == without.At(x, y) ? 0 : 1;
            Assert.IsTrue(changed <= 0.25 * width * height, $"{changed} pixels are covered");
            Assert.AreEqual(result.Height > height, changed == 0, "the legend stands either below or within");
            // The text has its full size: 11 pixels at least, a line for each class or columns of them.
            if (changed == 0) Assert.IsTrue((result.Height - height) * (result.Width / 40) >= 11 * mask.Shares().Count);
            else Assert.IsGreaterThan(11 * mask.Shares().Count * 40, changed);
        }
    }

    [TestMethod]
    public void Draw_LegendInside_SameSizeAlways()
    {
        foreach (var (width, height) in new[] { (1, 1), (30, 30), (150, 30), (300, 200) })
        {
            using var source = TestImages.Gradient(width, height);
            using var result = MaskPainter.Draw(source, Blocks(width, height), new() { Legend = LegendPlacement.Inside });
            Assert.AreEqual((width, height), (result.Width, result.Height));
        }
    }

    [TestMethod]
    public void Draw_LegendInside_InTheCornerOfTheLargestClass()
    {
        var classes = new byte[400 * 300];
        for (var y = 0; y < 300; y++) classes.AsSpan(y * 400, y < 150 ? 400 : 200).Fill(1);
        using var source = TestImages.Gradient(400, 300);
        var mask = new SegmentationMask(400, 300, [.. classes.Select(c => (byte)(1 - c))], Labels);
        using var with = MaskPainter.Draw(source, mask, new() { Legend = LegendPlacement.Inside });
        using var without = MaskPainter.Draw(source, mask, Plain);
        Assert.AreEqual(without.At(390, 290), with.At(390, 290), "bottom right, the smaller class");
        Assert.AreNotEqual(without.At(20, 20), with.At(20, 20), "top left");
    }

    [TestMethod]
    public void Draw_OtherSizeOrShortPaletteOrBadOption_Throws()
    {
        using var source = TestImages.Gradient(10, 10);
        var mask = Blocks(10, 10);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => MaskPainter.Draw(source, Blocks(10, 9))).Message, "10×9");
        var two = new ColorPalette("two", [new(0, 0, 0), new(1, 1, 1)]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => MaskPainter.Draw(source, mask, new() { Palette = two })).Message, "'two' has 2 colours");
        foreach (var bad in new SegmentationPaintOptions[] { new() { Opacity = 1.1f }, new() { Opacity = float.NaN }, new() { ContourWidth = 0 }, new() { TextSize = 3 }, new() { Legend = (LegendPlacement)9 } })
            Assert.ThrowsExactly<ArgumentException>(() => MaskPainter.Draw(source, mask, bad), bad.ToString());
    }

    [TestMethod]
    public void Draw_Always_LeavesTheCallersImageAlone()
    {
        using var source = TestImages.Noise(200, 100);
        var before = SHA256.HashData(source.Pixels);
        using var result = MaskPainter.Draw(source, Blocks(200, 100), new() { Contours = true });
        CollectionAssert.AreEqual(before, SHA256.HashData(source.Pixels));
    }

    private static SegmentationMask Blocks(int width, int height)
    {
        var classes = new byte[width * height];
        for (var i = 0; i < classes.Length; i++) classes[i] = (byte)((i % width * 5 / width + i / width * 3 / height) % 4);
        return new(width, height, classes, Labels);
    }
}
