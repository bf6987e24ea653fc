using MlNetVision.Segmentation.Evaluation;

namespace MlNetVision.Tests.Segmentation.Evaluation;

[TestClass]
public sealed class ConfusionCounterTests
{
    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(1, 1)]
    [DataRow(31, 40)]
    [DataRow(32, 100)]
    [DataRow(33, 100)]
    [DataRow(5_000, 1)]
    [DataRow(5_000, 20)]
    [DataRow(50_001, 300)]
    public void Count_RandomMasks_AsPixelByPixel(int pixels, int longest)
    {
        var random = new Random(pixels + longest);
        var truth = RandomMasks.Runs(random, pixels, 256, longest);
        var predicted = RandomMasks.Runs(random, pixels, 256, longest);
        var expected = new uint[256 * 256];
        for (var i = 0; i < pixels; i++) expected[256 * truth[i] + predicted[i]]++;

        var counts = new uint[ConfusionCounter.Cells];
        ConfusionCounter.Count(truth, predicted, counts);

        CollectionAssert.AreEqual(expected, counts);
    }

    [TestMethod]
    public void Count_TableWithCounts_AddsToThem()
    {
        var counts = new uint[ConfusionCounter.Cells];
        counts[2 * 256 + 3] = 5;

        ConfusionCounter.Count([2, 2, 1], [3, 3, 0], counts);

        Assert.AreEqual(7u, counts[2 * 256 + 3]);
        Assert.AreEqual(1u, counts[256]);
    }

    [TestMethod]
    public void Count_LengthsDiffer_Throws() =>
        Assert.ThrowsExactly<ArgumentException>(() => ConfusionCounter.Count(new byte[3], new byte[4], new uint[ConfusionCounter.Cells]));
}
