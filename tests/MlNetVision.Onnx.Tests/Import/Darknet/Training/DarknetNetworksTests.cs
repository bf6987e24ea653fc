using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Onnx.Tests.Import.Darknet.Training;

[TestClass]
public sealed class DarknetNetworksTests
{
    [TestMethod]
    public void Get_Names_AreSmallAndBase()
    {
        Assert.AreSequenceEqual(["small", "base"], DarknetNetworks.Names);
        var (small, large) = (DarknetTrainingNetwork.Parse(DarknetNetworks.Get("small"), "small"), DarknetTrainingNetwork.Parse(DarknetNetworks.Get("base"), "base"));

        Assert.AreEqual((320, 320), small.Facts.InputSize);
        Assert.AreEqual((416, 416), large.Facts.InputSize);
        Assert.AreEqual(808_344, small.Layers.Sum(l => l.Values));
        Assert.IsTrue(large.Layers.Sum(l => l.Values) is > 3_000_000 and < 6_000_000);
        Assert.Contains("small, base", Assert.ThrowsExactly<ArgumentException>(() => DarknetNetworks.Get("large")).Message);
    }

    [TestMethod]
    public void Small_WeightsOfBloodCells_AreItsOwn()
    {
        var cfg = Shared.Path("models", "darknet", "blood-cells.cfg");
        var options = new DarknetTrainingOptions { WeightsFile = Shared.Path("models", "darknet", "blood-cells.weights") };

        var small = DarknetTrainingNetwork.Parse(DarknetNetworks.Get("small"), "small", options);

        var (expected, actual) = (DarknetTrainingNetwork.Load(cfg, options), small);
        Assert.AreSequenceEqual(expected.Model.Graph.Node, actual.Model.Graph.Node);
        Assert.AreSequenceEqual(expected.Model.Graph.Initializer, actual.Model.Graph.Initializer);
    }

    [TestMethod]
    // as they are, and changed as for a data set
    [DataRow("small", 320, null)]
    [DataRow("small", 96, 1)]
    [DataRow("base", 416, null)]
    [DataRow("base", 128, 7)]
    public void WriteWeights_BuiltIn_RunsInDarknet(string name, int size, int? classes)
    {
        var network = DarknetTrainingNetwork.Parse(DarknetNetworks.Get(name), name, new() { Height = size, Width = size, Classes = classes });
        using var files = new TrainingFiles(classes is null ? DarknetNetworks.Get(name) : network.Text);
        var image = Grid.Random(3, size, size).Map(v => v / 6 + .5).Values;

        var original = OriginalDarknet.Run(files.Cfg, files.Weights, image);

        var head = network.Heads.Single();
        var grid = NetworkRunner.Run(files.Load().Model, image)["grid_0"];
        var expected = RegionOf(grid, head.Numbers("anchors").Count / 2, (int)head.Number("classes", 0));
        // Sums of thousands of single-precision products, in another order, through dozens of layers.
        var range = expected.Max() - expected.Min();
        Assert.HasCount(expected.Length, original);
        Assert.IsTrue(expected.Zip(original, (e, o) => Math.Abs(e - o)).Max() <= 5e-6 * range, $"{name} differs in values that range over {range}");
        Assert.IsTrue(range > .5, "the values differ too little to tell");
    }

    /// <summary>What Darknet's [region] makes of a grid: the logistic function of x, y and objectness, and the softmax of the classes.</summary>
    private static float[] RegionOf(Tensor grid, int anchors, int classes)
    {
        var (cells, values) = ((int)(grid.Shape[2] * grid.Shape[3]), (float[])grid.Values.Clone());
        for (var a = 0; a < anchors; a++)
        {
            for (var cell = 0; cell < cells; cell++)
            {
                int At(int channel) => (a * (5 + classes) + channel) * cells + cell;
                foreach (var channel in (int[])[0, 1, 4]) values[At(channel)] = (float)(1 / (1 + Math.Exp(-values[At(channel)])));
                var powers = Enumerable.Range(5, classes).Select(c => Math.Exp(values[At(c)])).ToArray();
                for (var c = 0; c < classes; c++) values[At(5 + c)] = (float)(powers[c] / powers.Sum());
            }
        }
        return values;
    }
}
