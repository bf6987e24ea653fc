using MlNetVision.Evaluation;

namespace MlNetVision.Tests.Evaluation;

[TestClass]
public sealed class ConfusionMatrixTests
{
    private static readonly ConfusionMatrix Matrix = new(["a", "b"], [3, 1, 0, 0]);

    [TestMethod]
    public void Sums_OfSmallMatrix_AreRowsAndColumns()
    {
        Assert.AreEqual(1, Matrix[0, 1]);
        Assert.AreEqual(4, Matrix.Truth(0));
        Assert.AreEqual(0, Matrix.Truth(1));
        Assert.AreEqual(3, Matrix.Predicted(0));
        Assert.AreEqual(1, Matrix.Predicted(1));
        Assert.AreEqual(3, Matrix.Correct);
        Assert.AreEqual(4, Matrix.Total);
    }

    [TestMethod]
    public void Share_RowWithoutTruth_IsUndefined()
    {
        Assert.AreEqual(0.75, Matrix.Share(0, 0));
        Assert.IsNull(Matrix.Share(1, 0));
    }

    [TestMethod]
    public void Sums_BeyondThirtyTwoBits_DoNotOverflow() =>
        Assert.AreEqual(20_000_000_000, new ConfusionMatrix(["a", "b"], [10_000_000_000, 0, 0, 10_000_000_000]).Total);

    [TestMethod]
    public void Index_NoClass_Throws() => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Matrix[0, 2]);

    [TestMethod]
    public void Constructor_BadCounts_Throws()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new ConfusionMatrix(["a", "b"], [1, 2, 3]));
        Assert.ThrowsExactly<ArgumentException>(() => new ConfusionMatrix(["a"], [-1]));
        Assert.ThrowsExactly<ArgumentException>(() => new ConfusionMatrix([], []));
    }
}
