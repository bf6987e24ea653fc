namespace MlNetVision.Onnx.Tests.Import.Darknet.Layers;

[TestClass]
public sealed class ReorgLayerTests
{
    [TestMethod]
    [DataRow(4, 4, 6, 2)]
    [DataRow(64, 26, 26, 2)]
    [DataRow(18, 6, 9, 3)]
    [DataRow(3, 5, 4, 1)]
    public void Import_Reorg_MovesValuesAsDarknetsLoop(int channels, int height, int width, int stride)
    {
        var image = Grid.Random(channels, height, width);
        using var files = new DarknetFiles(image, $"[reorg]\nstride={stride}");

        // Position by position of the input's own shape, read from it as if it were channels / stride² of height · stride by width · stride.
        var source = new Grid(channels / (stride * stride), height * stride, width * stride, image.Values);
        var expected = Grid.Fill(channels, height, width, (k, j, i) =>
        {
            var offset = k / source.Channels;
            return source[k % source.Channels, j * stride + offset / stride, i * stride + offset % stride];
        });
        var actual = NetworkRunner.Run(files.Import(), image.Values)["output"];
        Assert.AreSequenceEqual([1, channels * stride * stride, height / stride, width / stride], actual.Shape);
        Grid.AreClose(expected.Values, actual.Values);
    }

    [TestMethod]
    public void Import_Reorg3D_PutsBlocksIntoChannels()
    {
        var image = Grid.Random(3, 4, 6);
        using var files = new DarknetFiles(image, "[reorg3d]\nstride=2");

        var expected = Grid.Fill(12, 2, 3, (k, j, i) => image[k % 3, 2 * j + k / 3 / 2, 2 * i + k / 3 % 2]);
        Grid.AreClose(expected.Values, files.Run());
    }
}
