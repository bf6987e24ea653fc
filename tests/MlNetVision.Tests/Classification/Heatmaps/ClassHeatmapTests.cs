using MlNetVision.Classification;

namespace MlNetVision.Tests.Classification.Heatmaps;

[TestClass]
public sealed class ClassHeatmapTests
{
    [TestMethod]
    public void Upsample_MiddleOfEachCell_IsItsScore()
    {
        var random = new Random(4);
        float[] scores = [.. Enumerable.Range(0, 12).Select(_ => random.NextSingle())];
        // Cells of nine pixels, the first middle on the middle of pixel 4.
        var map = Map(36, 27, scores, 4, 9, 4.5f);
        var pixels = map.Upsample();
        for (var row = 0; row < 3; row++)
            for (var column = 0; column < 4; column++)
                Assert.AreEqual(scores[(row * 4) + column], pixels[(((row * 9) + 4) * 36) + (column * 9) + 4], 1e-6f);
        Assert.IsTrue(pixels.All(v => v >= 0 && v <= map.Peak));
    }

    [TestMethod]
    public void Upsample_EvenSlope_StaysEven()
    {
        var map = Map(80, 10, [1, 2, 3, 4, 5, 6, 7, 8], 8, 10, 5);
        var pixels = map.Upsample();
        for (var x = 15; x < 65; x++) Assert.AreEqual(0.5 + ((x + 0.5) / 10), pixels[x], 1e-5);
        Assert.AreEqual(1, pixels[0], 1e-6f, "beyond the outermost it goes on as it is");
    }

    [TestMethod]
    public void Upsample_BetweenTwoCells_IsTheSplineWorkedOutByHand()
    {
        // Catmull–Rom half way: (−a + 9b + 9c − d) / 16.
        var pixels = Map(32, 1, [0, 4, 8, 0], 4, 8, 4).Upsample();
        var (t, expected) = ((15.5 - 12) / 8, 0.0);
        double[] p = [0, 4, 8, 0];
        expected = p[1] + (t * ((p[2] - p[0]) / 2)) + (t * t * (p[0] - (2.5 * p[1]) + (2 * p[2]) - (p[3] / 2))) + (t * t * t * (((3 * (p[1] - p[2])) + p[3] - p[0]) / 2));
        Assert.AreEqual(expected, pixels[15], 1e-5);
        Assert.AreEqual(6.75, 0.5 * (pixels[15] + pixels[16]), 0.3);
    }

    private static ClassHeatmap Map(int width, int height, float[] scores, int columns, float stride, float first) =>
        new("", width, height, new ClassScore(0, "rose", 1), scores, columns, new HeatmapAxis(stride, first), new HeatmapAxis(stride, first));
}
