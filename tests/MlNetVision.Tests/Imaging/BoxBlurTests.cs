using MlNetVision.Imaging;

namespace MlNetVision.Tests.Imaging;

[TestClass]
public sealed class BoxBlurTests
{
    [TestMethod]
    [DataRow(1, 1, 3, 1)]
    [DataRow(50, 1, 2, 1)]
    [DataRow(3, 40, 60, 1)]
    [DataRow(131, 17, 1, 1)]
    [DataRow(70, 33, 9, 1)]
    [DataRow(37, 21, 4, 4)]
    public void Apply_Noise_MeansOfRowsThenOfColumns(int width, int height, int radius, int channels)
    {
        var plane = new byte[width * height * channels];
        new Random(width).NextBytes(plane);
        // Rows of one value take a way of their own.
        plane.AsSpan(0, width * channels).Fill(200);
        var expected = Mean(Mean(plane, 1), 0);
        BoxBlur.Apply(plane, width, height, radius, channels);
        CollectionAssert.AreEqual(expected, plane);

        byte[] Mean(byte[] from, int horizontal) => [.. Enumerable.Range(0, from.Length).Select(i =>
        {
            var (x, y, c) = (i / channels % width, i / channels / width, i % channels);
            var sum = Enumerable.Range(-radius, 2 * radius + 1).Sum(d =>
                from[(Math.Clamp(y + d * (1 - horizontal), 0, height - 1) * width + Math.Clamp(x + d * horizontal, 0, width - 1)) * channels + c]);
            return (byte)((sum + radius) / (2 * radius + 1));
        })];
    }
}
