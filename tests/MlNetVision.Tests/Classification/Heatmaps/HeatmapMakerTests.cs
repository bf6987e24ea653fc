using MlNetVision.Classification;
using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Tests.Classification.Heatmaps;

[TestClass]
public sealed class HeatmapMakerTests
{
    [TestMethod]
    [DataRow(32, 32, 16, 0, 32, 16)]
    [DataRow(64, 64, 0, 32, 16, 64)]
    [DataRow(300, 200, 30, 40, 130, 120)]
    public void Make_RedPart_IsMarkedAndNothingElse(int width, int height, int left, int top, int right, int bottom)
    {
        using var classifier = QuarterClassifier.Load();
        using var maker = new HeatmapMaker(classifier, new HeatmapOptions { ShortSide = 64 });
        using var image = QuarterClassifier.Paint(width, height, left, top, right, bottom);
        var map = maker.Make(ImageSource.FromImage(image, "garden"), "RED");
        Assert.AreEqual(("garden", width, height, "red"), (map.Image, map.Width, map.Height, map.Prediction.Label));
        Assert.AreEqual(classifier.Classify(image).Scores[0], map.Prediction.Score);
        // A red cell scores 4, 0, 0: what it has more than their mean is 8/3.
        Assert.AreEqual(8 / 3f, map.Peak, 0.05f);
        var pixels = map.Upsample();
        // Half a cell of the network about the edges belongs to both sides.
        var (cellX, cellY) = (width / (map.Columns * 2) + 1, height / (map.Rows * 2) + 1);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                var value = pixels[(y * width) + x];
                if (x >= left + cellX && x < right - cellX && y >= top + cellY && y < bottom - cellY) Assert.IsGreaterThan(map.Peak / 2, value, $"inside at {x}, {y}");
                if (x < left - (2 * cellX) || x > right + (2 * cellX) || y < top - (2 * cellY) || y > bottom + (2 * cellY)) Assert.IsLessThan(map.Peak / 4, value, $"outside at {x}, {y}");
            }
        }
    }

    [TestMethod]
    public void Make_Window_IsTheAnswerForTheWindow()
    {
        using var classifier = QuarterClassifier.Load();
        using var maker = new HeatmapMaker(classifier, new HeatmapOptions { Pooling = SlidingPooling.Window, ShortSide = 32 });
        using var image = QuarterClassifier.Paint(32, 32, 0, 0, 20, 32);
        var map = maker.Make(image);
        Assert.AreEqual((1, 1, "red"), (map.Columns, map.Rows, map.Prediction.Label));
        Assert.AreEqual(map.Prediction.Score, map.Scores[0], 1e-6f);
        Assert.IsTrue(map.Upsample().All(v => Math.Abs(v - map.Scores[0]) < 1e-6f));
    }

    [TestMethod]
    public void Make_ClassThatNothingSpeaksFor_IsZero()
    {
        using var classifier = QuarterClassifier.Load();
        using var maker = new HeatmapMaker(classifier);
        using var image = QuarterClassifier.Paint(64, 64, 0, 0, 32, 64);
        var map = maker.Make(image, "green");
        Assert.AreEqual(0, map.Peak);
        using var drawn = HeatmapPainter.Draw(image, map);
        Assert.IsGreaterThan(64, drawn.Height);
    }

    [TestMethod]
    public void Make_PanoramaAndTinyImage_StayWithinTheLargestSize()
    {
        using var classifier = QuarterClassifier.Load();
        using var maker = new HeatmapMaker(classifier, new HeatmapOptions { ShortSide = 512 });
        using var panorama = QuarterClassifier.Paint(4000, 10, 0, 0, 2000, 10);
        var map = maker.Make(panorama, "red");
        Assert.AreEqual((HeatmapOptions.LongestSide / 8, 4), (map.Columns, map.Rows));
        using var dot = QuarterClassifier.Paint(1, 1, 0, 0, 1, 1);
        Assert.AreEqual(1, maker.Make(dot, "red").Upsample().Length);
    }

    [TestMethod]
    public void Make_BadInput_SaysWhatThereIs()
    {
        using var classifier = QuarterClassifier.Load();
        using var maker = new HeatmapMaker(classifier);
        using var image = QuarterClassifier.Paint(8, 8, 0, 0, 8, 8);
        var error = Assert.ThrowsExactly<ArgumentException>(() => maker.Make(image, "redd"));
        StringAssert.Contains(error.Message, "There is no class 'redd'. Did you mean 'red'?");
        Assert.ThrowsExactly<BadImageException>(() => maker.Make("absent.png"));
        var result = classifier.Classify(image);
        CollectionAssert.AreEqual(maker.Make(image, result).Scores.ToArray(), maker.Make(image.Encode(ImageFormat.Png), result).Scores.ToArray());
        Assert.ThrowsExactly<BadImageException>(() => maker.Make("absent.png", result));
        Assert.ThrowsExactly<ArgumentException>(() => new HeatmapMaker(classifier, new HeatmapOptions { ShortSide = 0 }));
        Assert.ThrowsExactly<ArgumentException>(() => new HeatmapMaker(classifier, new HeatmapOptions { ShortSide = 4096 }));
        Assert.ThrowsExactly<ArgumentException>(() => new HeatmapMaker(classifier, new HeatmapOptions { Pooling = (SlidingPooling)9 }));
    }

    [TestMethod]
    public async Task Make_FromSeveralThreads_IsTheSame()
    {
        using var classifier = QuarterClassifier.Load();
        using var maker = new HeatmapMaker(classifier);
        using var image = QuarterClassifier.Paint(90, 60, 10, 10, 40, 50);
        var expected = maker.Make(image, "red").Scores.ToArray();
        var maps = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => maker.Make(image, "red").Scores.ToArray())));
        foreach (var map in maps) CollectionAssert.AreEqual(expected, map);
    }
}
