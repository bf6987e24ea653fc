using MlNetVision.Gradients.Running;

namespace MlNetVision.Gradients.Tests;

[TestClass]
public sealed class DropoutMasksTests
{
    [TestMethod]
    [DataRow(0.1f)]
    [DataRow(0.5f)]
    [DataRow(0.9f)]
    public void Fill_Ratio_DropsThatShareAndKeepsTheMean(float ratio)
    {
        var mask = new float[100_000];
        DropoutMasks.Fill(mask, 12345, ratio);
        Assert.AreEqual(ratio, mask.Count(v => v == 0) / 100_000.0, 0.006);   // four deviations of the widest
        Assert.IsTrue(mask.All(v => v == 0 || v == 1 / (1 - ratio)));
        var pairs = Enumerable.Range(0, 99_999).Count(i => mask[i] == 0 && mask[i + 1] == 0) / 99_999.0;
        Assert.AreEqual(ratio * ratio, pairs, 0.01);
    }
}
