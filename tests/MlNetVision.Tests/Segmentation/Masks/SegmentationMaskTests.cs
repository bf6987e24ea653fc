using MlNetVision.Segmentation;

namespace MlNetVision.Tests.Segmentation;

[TestClass]
public sealed class SegmentationMaskTests
{
    [TestMethod]
    public void Shares_ThreeClasses_LargestFirstAndAbsentOnesLeftOut()
    {
        var mask = new SegmentationMask(3, 2, [2, 2, 2, 0, 0, 9], ["sky", "road", "car"]);
        var shares = mask.Shares();
        CollectionAssert.AreEqual(new[] { "car", "sky", "class 9" }, shares.Select(s => s.Label).ToArray());
        CollectionAssert.AreEqual(new[] { 3L, 2L, 1L }, shares.Select(s => s.Pixels).ToArray());
        Assert.AreEqual(1, shares.Sum(s => s.Fraction), 1e-12);
    }

    [TestMethod]
    public void Indexer_ColumnAndRow_ReadRowByRow()
    {
        var mask = new SegmentationMask(2, 2, [1, 2, 3, 4], []);
        Assert.AreEqual(2, mask[1, 0]);
        Assert.AreEqual(3, mask[0, 1]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => mask[2, 0]);
    }

    [TestMethod]
    public void Constructor_LengthsThatDisagree_Throw()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new SegmentationMask(2, 2, new byte[3], []));
        Assert.ThrowsExactly<ArgumentException>(() => new SegmentationMask(2, 2, new byte[4], [], new float[3]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SegmentationMask(0, 2, [], []));
    }
}
