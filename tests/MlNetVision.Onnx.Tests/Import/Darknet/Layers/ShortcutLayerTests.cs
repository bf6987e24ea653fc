namespace MlNetVision.Onnx.Tests.Import.Darknet.Layers;

[TestClass]
public sealed class ShortcutLayerTests
{
    [TestMethod]
    public void Import_SeveralLayers_AddsThemAll()
    {
        var image = Grid.Random(3, 4, 5);
        using var files = new DarknetFiles(
            image, "[activation]\nactivation=relu\n[activation]\nactivation=tanh\n[dropout]\n[shortcut]\nfrom=-3,1\nactivation=leaky");

        Grid.AreClose(image.Map(v => Leaky(Math.Max(v, 0) + 2 * Math.Tanh(Math.Max(v, 0)))).Values, files.Run());
    }

    [TestMethod]
    [DataRow("", 1)]
    [DataRow("[maxpool]\nsize=1\nstride=2\n", 2)]
    [DataRow("[maxpool]\nsize=1\nstride=3\n", 3)]
    public void Import_LargerLayer_IsThinned(string smaller, int stride)
    {
        var image = Grid.Random(3, 6, 12);
        using var files = new DarknetFiles(image, $"[activation]\nactivation=tanh\n[activation]\nactivation=relu\n{smaller}[shortcut]\nfrom=0");

        var expected = Grid.Fill(3, 6 / stride, 12 / stride, (c, y, x) =>
        {
            var value = Math.Tanh(image[c, y * stride, x * stride]);
            return Math.Max(value, 0) + value;
        });
        Grid.AreClose(expected.Values, files.Run());
    }

    [TestMethod]
    public void Import_SmallerLayer_IsSpread()
    {
        var image = Grid.Random(2, 3, 4);
        using var files = new DarknetFiles(image, "[activation]\nactivation=linear\n[upsample]\nstride=2\n[shortcut]\nfrom=0");

        var expected = Grid.Fill(2, 6, 8, (c, y, x) => image[c, y / 2, x / 2] * (y % 2 == 0 && x % 2 == 0 ? 2 : 1));
        Grid.AreClose(expected.Values, files.Run());
    }

    [TestMethod]
    [DataRow("layers=0,0", "from=0", 4)]
    [DataRow("layers=0\ngroups=2", "from=0", 1)]
    public void Import_OtherCountOfChannels_AddsThoseThatBothHave(string route, string from, int channels)
    {
        var image = Grid.Random(2, 3, 4);
        using var files = new DarknetFiles(image, $"[activation]\nactivation=linear\n[route]\n{route}\n[shortcut]\n{from}");

        var expected = Grid.Fill(channels, 3, 4, (c, y, x) => image[c % 2, y, x] * (c < 2 ? 2 : 1));
        Grid.AreClose(expected.Values, files.Run());
    }

    private static double Leaky(double x) => x > 0 ? x : .1 * x;
}
