using MlNetVision.Data;
using MlNetVision.Imaging;
using MlNetVision.Training.Detection;

namespace MlNetVision.Training.Tests.Detection;

[TestClass]
public sealed class AnchorClusteringTests
{
    [TestMethod]
    public void Fit_HandWorkedCase_IsAsOnPaper()
    {
        // IoU with (10, 10) and (20, 40): 1 and 100/800; 100/200 and 200/800; 50/100 (not above 0.5) and 50/800; 100/800 and 1.
        BoxSize[] sizes = [new(10, 10), new(10, 20), new(5, 10), new(20, 40)];
        var fit = AnchorClustering.Fit(sizes, [new(10, 10), new(20, 40)]);
        Assert.AreEqual((1 + 0.5 + 0.5 + 1) / 4, fit.MeanIoU, 1e-12);
        Assert.AreEqual(0.5, fit.Recall50, 1e-12);
        CollectionAssert.AreEqual(new[] { 3, 1 }, fit.Objects.ToArray());
    }

    [TestMethod]
    public void Find_TwoHeaps_GivesTheirMiddlesByArea()
    {
        BoxSize[] sizes = [new(100, 90), new(8, 10), new(110, 100), new(10, 12), new(105, 95), new(9, 11)];
        CollectionAssert.AreEqual(new BoxSize[] { new(9, 11), new(105, 95) }, AnchorClustering.Find(sizes, 2).ToArray());
        CollectionAssert.AreEqual(
            new BoxSize[] { new(9, 11), new(105, 95) },
            AnchorClustering.Find(sizes, 2, new AnchorClusteringOptions { Center = AnchorCenter.Mean }).ToArray());
    }

    /// <summary>The naive search looks at all ways to divide the boxes.</summary>
    [TestMethod]
    [DataRow(AnchorCenter.Mean)]
    [DataRow(AnchorCenter.Median)]
    public void Find_FewBoxes_IsAsGoodAsTheBestOfAllPartitions(AnchorCenter center)
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var sizes = Enumerable.Range(0, 9).Select(_ => new BoxSize(random.Next(4, 60), random.Next(4, 60))).ToArray();
            var best = 0.0;
            for (var partition = 1; partition < 1 << (sizes.Length - 1); partition++)
            {
                BoxSize[][] halves = [[.. sizes.Where((_, i) => (partition >> i & 1) == 1)], [.. sizes.Where((_, i) => (partition >> i & 1) == 0)]];
                best = Math.Max(best, NaiveMeanIoU(sizes, [.. halves.Select(h => NaiveCenter(h, center))]));
            }
            var found = AnchorClustering.Find(sizes, 2, new AnchorClusteringOptions { Center = center, Tries = 100 });
            var iou = NaiveMeanIoU(sizes, [.. found]);
            Assert.AreEqual(iou, AnchorClustering.Fit(sizes, found).MeanIoU, 1e-6);
            // k-means ends where no single round improves, which may be a little below the best partition.
            Assert.IsGreaterThan(best - 0.02, iou, $"seed {seed}: {best}");
        }
    }

    [TestMethod]
    public void Find_SameSeed_GivesTheSameAnchorsAndAsManyAsAsked()
    {
        var random = new Random(3);
        var sizes = Enumerable.Range(0, 300).Select(_ => new BoxSize(random.Next(2, 30), random.Next(2, 30))).ToArray();
        foreach (var count in new[] { 1, 3, 9, 40 })
        {
            var found = AnchorClustering.Find(sizes, count, new AnchorClusteringOptions { Seed = 7, Tries = 5 });
            CollectionAssert.AreEqual(found.ToArray(), AnchorClustering.Find(sizes, count, new AnchorClusteringOptions { Seed = 7, Tries = 5 }).ToArray());
            Assert.HasCount(count, found.Distinct());
            CollectionAssert.AreEqual(found.OrderBy(a => a.Area).ToArray(), found.ToArray());
            Assert.IsTrue(AnchorClustering.Fit(sizes, found).Objects.All(n => n > 0), "an anchor has no object");
        }
    }

    [TestMethod]
    public void Find_AsManyAnchorsAsSizes_GivesTheSizes()
    {
        BoxSize[] sizes = [new(5, 5), new(5, 5), new(6, 5), new(50, 9), new(5, 5)];
        CollectionAssert.AreEqual(new BoxSize[] { new(5, 5), new(6, 5), new(50, 9) }, AnchorClustering.Find(sizes, 3).ToArray());
        var error = Assert.ThrowsExactly<ArgumentException>(() => AnchorClustering.Find(sizes, 4));
        StringAssert.Contains(error.Message, "3 different sizes");
    }

    [TestMethod]
    [DataRow(ResizeMode.Stretch, 50f, 100f)]
    [DataRow(ResizeMode.Letterbox, 50f, 50f)]
    public void Sizes_ImageOfAnotherShape_AreThoseOfTheInput(ResizeMode mode, float width, float height)
    {
        GroundTruthBox[] boxes = [new("a", new(0, 0, 100, 100)), new("a", new(0, 0, 9, 9), Difficult: true)];
        var sizes = AnchorClustering.Sizes(
            [new AnnotatedImage("1", "1.png", 400, 200, boxes)], new ResizeOptions { Width = 200, Height = 200, Mode = mode });
        CollectionAssert.AreEqual(new[] { new BoxSize(width, height) }, sizes.ToArray());
    }

    [TestMethod]
    public void Fit_BadSizes_SaysWhatWasExpected()
    {
        Assert.ThrowsExactly<ArgumentException>(() => AnchorClustering.Fit([], [new(1, 1)]));
        Assert.ThrowsExactly<ArgumentException>(() => AnchorClustering.Fit([new(1, 1)], []));
        Assert.ThrowsExactly<ArgumentException>(() => AnchorClustering.Fit([new(1, 0)], [new(1, 1)]));
        Assert.ThrowsExactly<ArgumentException>(() => AnchorClustering.Fit([new(1, 1)], [new(float.NaN, 1)]));
        Assert.ThrowsExactly<ArgumentException>(() => AnchorClustering.Find([new(1, 1)], 1, new AnchorClusteringOptions { Tries = 0 }));
    }

    private static BoxSize NaiveCenter(BoxSize[] members, AnchorCenter center) => center == AnchorCenter.Mean
        ? new(members.Sum(m => m.Width) / members.Length, members.Sum(m => m.Height) / members.Length)
        : new(NaiveMedian([.. members.Select(m => m.Width)]), NaiveMedian([.. members.Select(m => m.Height)]));

    private static float NaiveMedian(float[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    private static double NaiveMeanIoU(BoxSize[] sizes, BoxSize[] anchors) => sizes.Average(s => anchors.Max(a => (double)BoundingBox.IoU(
        BoundingBox.FromCenter(0, 0, s.Width, s.Height), BoundingBox.FromCenter(0, 0, a.Width, a.Height))));
}
