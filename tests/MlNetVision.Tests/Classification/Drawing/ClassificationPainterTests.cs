using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;

namespace MlNetVision.Tests.Classification;

[TestClass]
public sealed class ClassificationPainterTests
{
    private static readonly RgbColor White = new(255, 255, 255);
    private static readonly ClassScore[] Scores = [new(0, "a rather long name, \"quoted\"\nand more", 0.75f), new(1, "роза", 0.2f), new(2, "", 0.05f)];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Draw_Answer_HasABarAsLongAsTheScoreBelowAndLeavesTheRest(bool withFont)
    {
        using var source = TestImages.Solid(400, 300, White);
        using var drawn = Draw(source, Scores, new(), withFont);
        using var sure = Draw(source, [Scores[0] with { Score = 1 }, .. Scores[1..]], new(), withFont);

        Assert.AreEqual((400, 300), (drawn.Width, drawn.Height));
        Assert.AreEqual(((byte)255, (byte)255, (byte)255), drawn.At(200, 100), "above the plate");
        Assert.AreEqual(((byte)255, (byte)255, (byte)255), source.At(10, 290), "the source stays");
        Assert.AreEqual(0.75, Greens(drawn) / (double)Greens(sure), 0.03);
    }

    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(12, 300)]
    [DataRow(300, 12)]
    [DataRow(40, 40)]
    public void Draw_SmallImage_DoesNotFail(int width, int height)
    {
        using var source = TestImages.Solid(width, height, White);
        using var drawn = ClassificationPainter.Draw(source, Scores);
        Assert.AreEqual((width, height), (drawn.Width, drawn.Height));
    }

    [TestMethod]
    public void Draw_RawScoresOrNone_HasNoBars()
    {
        using var source = TestImages.Solid(400, 300, White);
        using var raw = ClassificationPainter.Draw(source, [new(0, "a", 17.5f), new(1, "b", -3)]);
        using var none = ClassificationPainter.Draw(source, []);
        Assert.AreEqual(0, Greens(raw));
        Assert.IsTrue(none.Pixels.SequenceEqual(source.Pixels));
    }

    [TestMethod]
    public void Draw_BadOptions_Throws()
    {
        using var source = TestImages.Solid(4, 4, White);
        Assert.ThrowsExactly<ArgumentException>(() => ClassificationPainter.Draw(source, Scores, new() { Top = 0 }));
        Assert.ThrowsExactly<ArgumentException>(() => ClassificationPainter.Draw(source, Scores, new() { TextSize = 1 }));
    }

    private static RgbImage Draw(RgbImage source, ClassScore[] scores, ClassificationPaintOptions options, bool withFont) =>
        ClassificationPainter.Draw(source, scores, options, withFont ? LabelFont.Create : size => new PixelLabelFont(size));

    private static int Greens(RgbImage image) =>
        Enumerable.Range(0, image.Width * image.Height).Count(i => image.At(i % image.Width, i / image.Width) is (46, 160, 67));
}
