using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Onnx.Tests;

[TestClass]
public sealed class ChannelAffineTests
{
    private static readonly float[] Scales = [2, -0.5f], Shifts = [1, 3];
    private static readonly double[] Means = [0.25, -2], Variances = [3.99, 0.24];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void FoldInto_LinearLayer_GivesWhatLayerAndNormalizationGive(bool channelsFirst)
    {
        // Two channels of three inputs.
        float[] w = [1, 2, -3, 0.5f, -1, 4], bias = [0.5f, -0.25f], x = [2, -1, 0.5f];
        double[] expected = [.. Enumerable.Range(0, 2).Select(c =>
        {
            var linear = bias[c] + Enumerable.Range(0, 3).Sum(i => (double)w[channelsFirst ? (3 * c) + i : (2 * i) + c] * x[i]);
            return (Scales[c] * (linear - Means[c]) / Math.Sqrt(Variances[c] + 0.01)) + Shifts[c];
        })];

        ChannelAffine.OfVariances(Scales, Shifts, Means, Variances, 0.01).FoldInto(w, bias, channelsFirst);

        for (var c = 0; c < 2; c++)
            Assert.AreEqual(expected[c], bias[c] + Enumerable.Range(0, 3).Sum(i => (double)w[channelsFirst ? (3 * c) + i : (2 * i) + c] * x[i]), 1e-5);
    }

    [TestMethod]
    public void OfDeviations_HandWorked_IsScaleByDeviation()
    {
        var affine = ChannelAffine.OfDeviations([6], [1], [2.0], [3.0]);

        CollectionAssert.AreEqual(new[] { 2.0 }, affine.Factors.ToArray());
        CollectionAssert.AreEqual(new[] { -3.0 }, affine.Offsets.ToArray());
    }

    [TestMethod]
    public void OtherNumbers_AreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => ChannelAffine.OfDeviations(Scales, Shifts, [1.0], [1.0, 1]));
        Assert.ThrowsExactly<ArgumentException>(() => ChannelAffine.OfDeviations(Scales, [1], [1.0, 1], [1.0, 1]));
        Assert.ThrowsExactly<ArgumentException>(() => ChannelAffine.OfDeviations([1], Shifts, [1.0, 1], [1.0, 1]));
        var affine = ChannelAffine.OfVariances(Scales, Shifts, Means, Variances, 0);
        Assert.ThrowsExactly<ArgumentException>(() => affine.FoldInto(new float[6], new float[3]));
        Assert.ThrowsExactly<ArgumentException>(() => affine.FoldInto(new float[5], new float[2]));
    }
}
