namespace MlNetVision.Onnx.Tests.Import.Darknet.Layers;

/// <summary>Upsampling, softmax, connected layers, cropping, and the products of two layers.</summary>
[TestClass]
public sealed class OtherLayersTests
{
    [TestMethod]
    [DataRow("", 2, 1)]
    [DataRow("stride=3", 3, 1)]
    [DataRow("stride=2\nscale=.5", 2, .5)]
    public void Import_Upsample_RepeatsValues(string options, int stride, double scale)
    {
        var image = Grid.Random(3, 4, 5);
        using var files = new DarknetFiles(image, $"[upsample]\n{options}");

        Grid.AreClose(Grid.Fill(3, 4 * stride, 5 * stride, (c, y, x) => image[c, y / stride, x / stride] * scale).Values, files.Run());
    }

    [TestMethod]
    [DataRow("", 1, 1)]
    [DataRow("groups=3", 3, 1)]
    [DataRow("groups=2\ntemperature=2.5", 2, 2.5)]
    public void Import_Softmax_AgreesWithFormula(string options, int groups, double temperature)
    {
        var image = Grid.Random(12, 1, 1);
        using var files = new DarknetFiles(image, $"[softmax]\n{options}");

        var expected = image.Values.Chunk(12 / groups).SelectMany(group =>
        {
            var powers = group.Select(v => Math.Exp(v / temperature)).ToArray();
            return powers.Select(p => (float)(p / powers.Sum()));
        });
        Grid.AreClose([.. expected], files.Run());
    }

    [TestMethod]
    [DataRow(0, 2)]
    [DataRow(2000, 0)]
    public void Import_Connected_AgreesWithLoops(int major, int minor)
    {
        var image = Grid.Random(2, 3, 2);
        var weights = DarknetFiles.Convolution(3, 3 * 12, false);
        using var files = new DarknetFiles(image, "[connected]\noutput=3\nactivation=linear");
        files.WriteWeights(major, minor, weights);

        var expected = Enumerable.Range(0, 3).Select(o =>
            weights[o] + Enumerable.Range(0, 12).Sum(i => image.Values[i] * weights[3 + (major == 0 ? o * 12 + i : i * 3 + o)]));
        Grid.AreClose([.. expected], files.Run());
    }

    [TestMethod]
    public void Import_Crop_TakesTheMiddle()
    {
        var image = Grid.Random(3, 6, 9);
        using var files = new DarknetFiles(image, "[crop]\ncrop_height=3\ncrop_width=4");

        Grid.AreClose(Grid.Fill(3, 3, 4, (c, y, x) => 2 * image[c, y + 1, x + 2] - 1).Values, files.Run());
    }

    [TestMethod]
    public void Import_ScaleChannels_MultipliesEachChannel()
    {
        var image = Grid.Random(3, 4, 5);
        using var files = new DarknetFiles(image, "[activation]\nactivation=linear\n[avgpool]\n[scale_channels]\nfrom=-2\nactivation=relu");

        var means = image.Values.Chunk(20).Select(c => c.Average()).ToArray();
        Grid.AreClose(Grid.Fill(3, 4, 5, (c, y, x) => Math.Max(0, image[c, y, x] * means[c])).Values, files.Run());
    }

    [TestMethod]
    public void Import_Sam_MultipliesValueByValue()
    {
        var image = Grid.Random(3, 4, 5);
        using var files = new DarknetFiles(image, "[activation]\nactivation=linear\n[activation]\nactivation=logistic\n[sam]\nfrom=-2");

        Grid.AreClose(image.Map(v => v / (1 + Math.Exp(-v))).Values, files.Run());
    }
}
