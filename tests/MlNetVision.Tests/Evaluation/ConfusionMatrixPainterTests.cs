using MlNetVision.Evaluation;
using MlNetVision.Imaging;

namespace MlNetVision.Tests.Evaluation;

[TestClass]
public sealed class ConfusionMatrixPainterTests
{
    [TestMethod]
    [DataRow(1, false)]
    [DataRow(2, false)]
    [DataRow(2, true)]
    [DataRow(21, false)]
    [DataRow(21, true)]
    [DataRow(60, true)]
    [DataRow(256, false)]
    [DataRow(300, false)]
    public void Draw_AnyNumberOfClasses_HoldsTheWholeMatrix(int classes, bool withoutFonts)
    {
        var layout = new ConfusionLayout(classes);
        using var image = Draw(Random(classes), "mean IoU", withoutFonts);

        Assert.IsTrue(image.Width > layout.Side && image.Height > layout.Side);
        Assert.IsTrue(image.Width < layout.Side + 600 && image.Height < layout.Side + 600, $"{image.Width}×{image.Height}");
        Assert.IsFalse(Enumerable.Range(0, image.Width * image.Height).Any(i => image.Pixels[4 * i + 3] != 255), "opaque");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Draw_DiagonalMatrix_IsDarkOnTheDiagonalGreyWithoutTruthElseWhite(bool withoutFonts)
    {
        var matrix = new ConfusionMatrix(["a", "b", "c"], [5, 0, 0, 0, 7, 0, 0, 0, 0]);
        using var image = Draw(matrix, null, withoutFonts);

        var corners = Corners(image, matrix);

        Assert.AreEqual(new RgbColor(8, 48, 107), corners[0, 0]);
        Assert.AreEqual(new RgbColor(8, 48, 107), corners[1, 1]);
        Assert.AreEqual(new RgbColor(255, 255, 255), corners[0, 1]);
        Assert.AreEqual(new RgbColor(255, 255, 255), corners[1, 2]);
        Assert.AreEqual(new RgbColor(236, 236, 236), corners[2, 2]);
    }

    [TestMethod]
    public void Draw_LongOrStrangeLabels_AreCut()
    {
        var matrix = new ConfusionMatrix([new string('w', 100_000), "\ud800 half a pair\n", "", "日本"], new long[16]);
        using var image = Draw(matrix, null, withoutFonts: false);

        Assert.IsTrue(image.Width < 800, $"{image.Width}");
    }

    [TestMethod]
    public void Draw_TooManyClasses_Throws() =>
        Assert.ThrowsExactly<ArgumentException>(() => ConfusionMatrixPainter.Draw(new ConfusionMatrix([.. Enumerable.Repeat("x", 1025)], new long[1025 * 1025])));

    [TestMethod]
    [DataRow(0.0, 5, "")]
    [DataRow(1.0, 5, "100")]
    [DataRow(0.8765, 5, "87.7")]
    [DataRow(0.0001, 5, "<0.1")]
    [DataRow(0.8765, 60, "88")]
    [DataRow(0.004, 60, "<1")]
    [DataRow(0.5, 200, "")]
    public void Number_OfAShare_FitsItsCell(double share, int classes, string expected)
    {
        var layout = new ConfusionLayout(classes);
        Assert.AreEqual(expected, layout.Number(share));
        using var font = LabelFont.Create(Math.Max(1, layout.NumberSize));
        Assert.IsTrue(font.Measure(expected) < layout.Cell && font.Height < layout.Cell);
    }

    // The matrix ends two gaps above the lower edge; its right end is told by the grid's last line.
    private static RgbColor[,] Corners(RgbImage image, ConfusionMatrix matrix)
    {
        var (count, cell) = (matrix.Labels.Count, new ConfusionLayout(matrix.Labels.Count).Cell);
        var top = image.Height - 2 * ConfusionLayout.Gap - count * cell;
        var left = Enumerable.Range(0, image.Width).First(x => At(image, x, top) == new RgbColor(200, 200, 200));
        var corners = new RgbColor[count, count];
        for (var row = 0; row < count; row++)
            for (var column = 0; column < count; column++) corners[row, column] = At(image, left + column * cell + 3, top + row * cell + 3);
        return corners;
    }

    private static RgbColor At(RgbImage image, int x, int y)
    {
        var pixel = image.Pixels[(4 * (y * image.Width + x))..];
        return new(pixel[0], pixel[1], pixel[2]);
    }

    private static RgbImage Draw(ConfusionMatrix matrix, string? title, bool withoutFonts) =>
        ConfusionMatrixPainter.Draw(matrix, title, size => withoutFonts ? new PixelLabelFont(size) : LabelFont.Create(size));

    private static ConfusionMatrix Random(int classes)
    {
        var random = new Random(classes);
        return new([.. Enumerable.Range(0, classes).Select(i => $"class {i}")], [.. Enumerable.Range(0, classes * classes).Select(i => i % (classes + 1) == 0 ? random.Next(5000) : (long)random.Next(100))]);
    }
}
