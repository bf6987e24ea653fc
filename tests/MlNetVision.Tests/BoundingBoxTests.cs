using MlNetVision.Tests.Detection;

namespace MlNetVision.Tests;

[TestClass]
public class BoundingBoxTests
{
    [TestMethod]
    public void IoU_RandomBoxes_AsNaively()
    {
        var random = new Random(3);
        BoundingBox Next() => BoundingBox.FromCenter(random.NextSingle() * 20, random.NextSingle() * 20, random.NextSingle() * 20, random.NextSingle() * 20);
        for (var i = 0; i < 1000; i++)
        {
            var (a, b) = (Next(), Next());
            Assert.AreEqual(NaiveSuppression.Overlap(a, b), BoundingBox.IoU(a, b), 1e-6);
            Assert.AreEqual(BoundingBox.IoU(a, b), BoundingBox.IoU(b, a));
            Assert.AreEqual(1, BoundingBox.IoU(a, a), 1e-6);
        }
    }

    [TestMethod]
    public void IoU_EmptyOrNotANumber_Zero()
    {
        var whole = new BoundingBox(0, 0, 10, 10);
        foreach (var other in new BoundingBox[] { default, new(5, 5, 5, 9), new(9, 9, 1, 1), new(float.NaN, 0, 1, 1), new(10, 0, 20, 10) })
            Assert.AreEqual(0, BoundingBox.IoU(whole, other), other.ToString());
    }

    [TestMethod]
    [DataRow(-5f, -5f, 5f, 5f, 0f, 0f, 5f, 5f)]
    [DataRow(90f, 40f, 110f, 60f, 90f, 40f, 100f, 50f)]
    [DataRow(1f, 2f, 3f, 4f, 1f, 2f, 3f, 4f)]
    public void Clip_Box_WithinImage(float left, float top, float right, float bottom, float left2, float top2, float right2, float bottom2) =>
        Assert.AreEqual(new BoundingBox(left2, top2, right2, bottom2), new BoundingBox(left, top, right, bottom).Clip(100, 50));

    [TestMethod]
    public void Clip_BoxOutside_Empty() => Assert.IsTrue(new BoundingBox(200, 10, 300, 20).Clip(100, 50).IsEmpty);
}
