using MlNetVision.Onnx.Import;
using MlNetVision.Onnx.Import.Darknet;

namespace MlNetVision.Onnx.Tests.Import.Darknet;

[TestClass]
public sealed class HeadSectionsTests
{
    private const string Region = "[region]\nclasses=2\nnum=2\nanchors = 1.5,2, 3,4.25";

    [TestMethod]
    public void Import_Region_HandsOnWhatTheSectionStates()
    {
        using var files = new DarknetFiles(Grid.Random(14, 3, 5), $"[dropout]\n{Region}\nsoftmax=1");

        var imported = new DarknetImporter().Import(files.Cfg);

        var output = imported.Outputs.Single();
        Assert.AreEqual(("grid_0", "region"), (output.Output, output.Kind));
        Assert.AreEqual("classes=2 anchors=1.5,2,3,4.25 softmax=1", Text(output));
        Assert.AreEqual((ImportedPurpose.Detect, ImportedFit.Letterbox, (3, 5), 1), (imported.Purpose, imported.Fit, imported.InputSize, imported.Stride));
        Assert.AreEqual("255", string.Join(',', imported.Pixels!.Deviation));
        Assert.IsNull(imported.ClassNamesFile);
        Assert.IsEmpty(imported.Model.Metadata.Keys);
    }

    [TestMethod]
    public void Import_Yolo_HandsOnDefaultsToo()
    {
        using var files = new DarknetFiles(Grid.Random(12, 2, 2), "[dropout]\n[yolo]\nclasses=1\nnum=3\nanchors=1,2,3,4,5,6\nmask=2,0");
        File.WriteAllText(Path.ChangeExtension(files.Cfg, ".names"), "cat");

        var imported = new DarknetImporter().Import(files.Cfg);

        Assert.AreEqual("classes=1 anchors=1,2,3,4,5,6 mask=2,0 scale_x_y=1 new_coords=0", Text(imported.Outputs.Single()));
        Assert.AreEqual(Path.ChangeExtension(files.Cfg, ".names"), imported.ClassNamesFile);
    }

    [TestMethod]
    public void Import_NoHead_ClassifiesTheCentre()
    {
        using var files = new DarknetFiles(Grid.Random(5, 4, 4), "[avgpool]\n[softmax]");

        var imported = new DarknetImporter().Import(files.Cfg);

        Assert.AreEqual((ImportedPurpose.Classify, ImportedFit.CenterCrop), (imported.Purpose, imported.Fit));
        Assert.IsNull(imported.Stride);
        Assert.IsEmpty(imported.Outputs);
    }

    [TestMethod]
    public void Import_Head_LeavesGridRaw()
    {
        var image = Grid.Random(14, 3, 5);
        using var files = new DarknetFiles(image, $"[dropout]\n{Region}\nsoftmax=1");

        var grid = NetworkRunner.Run(files.Import(), image.Values)["grid_0"];

        Assert.AreSequenceEqual([1L, 14, 3, 5], grid.Shape);
        Assert.AreSequenceEqual(image.Values, grid.Values);
    }

    [TestMethod]
    public void Import_Layers_BearDarknetsNumbers()
    {
        using var files = new DarknetFiles(
            Grid.Random(4, 4, 4), "[dropout]\n[conv]\nfilters=4\nactivation=mish\n[max]\n[route]\nlayers=0\n[reorg]\nstride=2\n[soft]",
            DarknetFiles.Convolution(4, 16, false));

        var model = files.Import();

        var names = model.Graph.Node.SelectMany(n => n.Output).ToHashSet();

        string[] expected =
            ["layer_00_dropout", "layer_01_convolutional", "layer_02_maxpool", "layer_03_route", "layer_04_reorg", "layer_05_softmax"];
        foreach (var name in expected) Assert.Contains(name, names);
        Assert.AreEqual("layer_02_maxpool", model.Cut("layer_02_maxpool").Outputs.Single().Name);
    }

    private static string Text(ImportedOutput output) => string.Join(' ', output.Parameters.Select(
        p => FormattableString.Invariant($"{p.Key}={string.Join(',', p.Value.Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture)))}")));
}
