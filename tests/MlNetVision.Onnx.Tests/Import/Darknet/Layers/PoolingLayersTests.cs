namespace MlNetVision.Onnx.Tests.Import.Darknet.Layers;

[TestClass]
public sealed class PoolingLayersTests
{
    [TestMethod]
    // size, stride in x and y, padding over both sides, height, width
    [DataRow("size=2\nstride=2", 2, 2, 2, 1, 8, 8)]
    [DataRow("size=2\nstride=2", 2, 2, 2, 1, 7, 13)]
    [DataRow("size=2\nstride=1", 2, 1, 1, 1, 13, 13)]
    [DataRow("stride=2", 2, 2, 2, 1, 9, 8)]
    [DataRow("size=3\nstride=2", 3, 2, 2, 2, 8, 9)]
    [DataRow("size=3\nstride=1", 3, 1, 1, 2, 8, 9)]
    [DataRow("size=5\nstride=1", 5, 1, 1, 4, 13, 13)]
    [DataRow("size=9\nstride=1", 9, 1, 1, 8, 13, 13)]
    [DataRow("size=13\nstride=1", 13, 1, 1, 12, 13, 13)]
    [DataRow("size=9\nstride=2", 9, 2, 2, 8, 13, 12)]
    [DataRow("size=2\nstride=2\npadding=0", 2, 2, 2, 0, 7, 8)]
    [DataRow("size=3\nstride=3\npadding=1", 3, 3, 3, 1, 7, 8)]
    [DataRow("size=3\nstride=2\npadding=4", 3, 2, 2, 4, 7, 8)]
    [DataRow("size=3\nstride=1\nstride_y=2", 3, 1, 2, 2, 7, 8)]
    public void Import_MaxPool_AgreesWithLoops(string options, int size, int strideX, int strideY, int padding, int height, int width)
    {
        // below zero throughout, so that a zero from outside would win
        var image = Grid.Random(2, height, width).Map(v => v - 10);
        using var files = new DarknetFiles(image, $"[maxpool]\n{options}");

        var before = padding / 2;
        var expected = Grid.Fill(2, (height + padding - size) / strideY + 1, (width + padding - size) / strideX + 1, (c, y, x) =>
        {
            var most = double.NegativeInfinity;
            for (var row = y * strideY - before; row < y * strideY - before + size; row++)
            {
                for (var column = x * strideX - before; column < x * strideX - before + size; column++)
                {
                    if (row >= 0 && row < height && column >= 0 && column < width) most = Math.Max(most, image[c, row, column]);
                }
            }
            return most;
        });
        var actual = NetworkRunner.Run(files.Import(), image.Values)["output"];
        Assert.AreSequenceEqual([1, 2, expected.Height, expected.Width], actual.Shape);
        Grid.AreClose(expected.Values, actual.Values);
    }

    [TestMethod]
    public void Import_AveragePool_AgreesWithLoops()
    {
        var image = Grid.Random(5, 7, 6);
        using var files = new DarknetFiles(image, "[avgpool]");

        Grid.AreClose([.. image.Values.Chunk(42).Select(c => c.Average())], files.Run());
    }
}
