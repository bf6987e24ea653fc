using MlNetVision.Gradients.Optimizers;

namespace MlNetVision.Gradients.Tests.Optimizers;

[TestClass]
public sealed class GradientClippingTests
{
    [TestMethod]
    public void ByGlobalNorm_AboveLimit_ScalesAllByOneFactor()
    {
        TrainableTensor[] tensors = [new("a", [2], [0f, 0f], [3f, 0f]), new("b", [1], [0f], [4f])];
        Assert.AreEqual(5, GradientClipping.ByGlobalNorm(tensors, 1), 1e-12);
        Assert.AreEqual(0.6f, tensors[0].Gradient[0], 1e-7f);
        Assert.AreEqual(0.8f, tensors[1].Gradient[0], 1e-7f);
    }

    [TestMethod]
    public void ByGlobalNorm_WithinLimitOrNotFinite_LeavesGradients()
    {
        var tensor = new TrainableTensor("a", [2], [0f, 0f], [3f, 4f]);
        Assert.AreEqual(5, GradientClipping.ByGlobalNorm([tensor], 5), 1e-12);
        CollectionAssert.AreEqual(new[] { 3f, 4f }, tensor.Gradient);
        tensor.Gradient[1] = float.NaN;
        Assert.AreEqual(double.NaN, GradientClipping.ByGlobalNorm([tensor], 1));
        Assert.AreEqual(3f, tensor.Gradient[0]);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(3)]
    [DataRow(65_536)]
    [DataRow(200_001)]
    public void ByGlobalNorm_AnyLength_IsNormInDoublePrecisionAndAlwaysSameBits(int length)
    {
        var tensor = Tensors.Random("a", 1, length);
        var expected = Math.Sqrt(tensor.Gradient.Sum(g => (double)g * g));
        var norm = GradientClipping.ByGlobalNorm([tensor], float.MaxValue);
        Assert.AreEqual(expected, norm, 1e-12 * (1 + expected));
        for (var i = 0; i < 5; i++) Assert.AreEqual(norm, GradientClipping.ByGlobalNorm([tensor], float.MaxValue));
    }

    [TestMethod]
    public void ByValue_BeyondLimit_Bounds()
    {
        var tensor = new TrainableTensor("a", [4], new float[4], [-3f, 0.5f, 2f, float.NegativeInfinity]);
        GradientClipping.ByValue([tensor], 1);
        CollectionAssert.AreEqual(new[] { -1f, 0.5f, 1f, -1f }, tensor.Gradient);
    }

    [TestMethod]
    public void Clip_LimitNotAboveZero_Throws()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GradientClipping.ByValue([], 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GradientClipping.ByGlobalNorm([], float.NaN));
    }
}
