namespace MlNetVision.Onnx.Tests.Import.Darknet.Layers;

[TestClass]
public sealed class RouteLayerTests
{
    private const string Two = "[activation]\nactivation=linear\n[activation]\nactivation=relu\n";

    [TestMethod]
    // channels of the joined layers: 0 to 3 are the image's, 10 to 13 those after relu
    [DataRow("layers=-1", "10 11 12 13")]
    [DataRow("layers=0", "0 1 2 3")]
    [DataRow("layers=-1,-2", "10 11 12 13 0 1 2 3")]
    [DataRow("layers = 0, 1, 0,", "0 1 2 3 10 11 12 13 0 1 2 3")]
    [DataRow("layers=-2\ngroups=2\ngroup_id=1", "2 3")]
    [DataRow("layers=-2\ngroups=4", "0")]
    [DataRow("layers=1,0\ngroups=2\ngroup_id=1", "12 13 2 3")]
    public void Import_Route_JoinsChannels(string options, string channels)
    {
        var image = Grid.Random(4, 3, 5);
        using var files = new DarknetFiles(image, $"{Two}[route]\n{options}");

        int[] sources = [.. channels.Split(' ').Select(int.Parse)];
        var expected = Grid.Fill(sources.Length, 3, 5, (c, y, x) => sources[c] < 10 ? image[sources[c], y, x] : Math.Max(image[sources[c] - 10, y, x], 0));
        Grid.AreClose(expected.Values, files.Run());
    }
}
