using MlNetVision.Training.Style;

namespace MlNetVision.Training.Tests.Style;

[TestClass]
public sealed class VectorsTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(7)]
    [DataRow(8)]
    [DataRow(1003)]
    public void Sums_OfAnyLength_AreThoseOfPlainLoops(int length)
    {
        var random = new Random(length);
        var (a, b) = (Draw(), Draw());

        Assert.AreEqual(a.Zip(b, (x, y) => (double)x * y).Sum(), Vectors.Dot(a, b), 1e-10 * a.Sum(x => (double)x * x) + 1e-300);
        Assert.AreEqual(a.Sum(x => Math.Abs((double)x)), Vectors.AbsoluteSum(a), 1e-10 * Vectors.AbsoluteSum(a) + 1e-300);
        Assert.AreEqual(a.Select(Math.Abs).DefaultIfEmpty(0).Max(), Vectors.Largest(a));
        CollectionAssert.AreEqual(a.Zip(b, (x, y) => x - y).ToArray(), Vectors.Difference(a, b));
        var added = (float[])a.Clone();
        Vectors.Add(added, b, 0.3);
        CollectionAssert.AreEqual(a.Zip(b, (x, y) => x + (float)(y * 0.3)).ToArray(), added);
        Vectors.Scale(added, -1.7);
        CollectionAssert.AreEqual(a.Zip(b, (x, y) => (float)((x + (float)(y * 0.3)) * -1.7)).ToArray(), added);

        float[] Draw() => [.. Enumerable.Range(0, length).Select(_ => 200 * random.NextSingle() - 100)];
    }
}
