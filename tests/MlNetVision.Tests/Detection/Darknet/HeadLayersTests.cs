using MlNetVision.Onnx.Tests.Import.Darknet;
using MlNetVision.Onnx;

namespace MlNetVision.Tests.Detection.Darknet;

[TestClass]
public sealed class HeadLayersTests
{
    private const string Region = "[region]\nclasses=2\nnum=2\nanchors = 1.5,2, 3,4.25";

    [TestMethod]
    [DataRow("softmax=1", true)]
    [DataRow("softmax=0", false)]
    [DataRow("", false)]
    public void Import_Region_DescribesHead(string options, bool softmax)
    {
        using var files = new DarknetFiles(Grid.Random(14, 3, 5), $"[dropout]\n{Region}\n{options}\ncoords=4\nthresh=.5");

        var model = files.Import();

        var head = model.GetYoloHeads()!.Single();
        Assert.AreEqual(YoloHeadKind.Region, head.Kind);
        Assert.AreEqual(2, head.Classes);
        Assert.AreEqual(softmax, head.SoftmaxClasses);
        Assert.AreSequenceEqual([new AnchorSize(1.5f, 2), new AnchorSize(3, 4.25f)], head.Anchors);
        Assert.AreEqual("[3, 5]", model.Metadata[VisionMetadata.ImageSizeKey]);
        Assert.AreEqual("unit", model.Metadata[VisionMetadata.PreprocessKey]);
        Assert.AreEqual("letterbox", model.Metadata[VisionMetadata.ResizeKey]);
        Assert.AreEqual("detect", model.Metadata[VisionMetadata.TaskKey]);
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
    public void Import_SeveralYoloHeads_DescribesEach()
    {
        const string anchors = "anchors = 10,14, 23,27, 37,58,\nnum=3\nclasses=1";
        using var files = new DarknetFiles(Grid.Random(12, 8, 8), $"""
            [maxpool]
            size=2
            stride=2
            [yolo]
            mask = 1,2
            {anchors}
            scale_x_y = 1.05
            [route]
            layers=-2
            [upsample]
            [route]
            layers=-1
            groups=2
            [yolo]
            mask=0
            {anchors}
            new_coords=1
            """);

        var model = files.Import();

        var heads = model.GetYoloHeads()!;
        Assert.AreSequenceEqual(["grid_0", "grid_1"], heads.Select(h => h.Output));
        Assert.AreSequenceEqual([new AnchorSize(23, 27), new AnchorSize(37, 58)], heads[0].Anchors);
        Assert.AreSequenceEqual([new AnchorSize(10, 14)], heads[1].Anchors);
        Assert.AreEqual(1.05f, heads[0].ScaleXY);
        Assert.AreEqual(1, heads[1].ScaleXY);
        Assert.AreSequenceEqual([false, true], heads.Select(h => h.NewCoordinates));
        Assert.IsFalse(heads.Any(h => h.SoftmaxClasses));
        Assert.AreEqual("2", model.Metadata["stride"]);
    }

    [TestMethod]
    public void Import_NoMask_TakesAllAnchors()
    {
        using var files = new DarknetFiles(Grid.Random(12, 2, 2), "[dropout]\n[yolo]\nclasses=1\nnum=2\nanchors=1,2,3,4");

        Assert.HasCount(2, files.Import().GetYoloHeads()!.Single().Anchors);
    }

    [TestMethod]
    public void Import_NoHead_GivesClassifier()
    {
        using var files = new DarknetFiles(Grid.Random(5, 4, 4), "[avgpool]\n[softmax]");

        var model = files.Import();

        Assert.IsNull(model.GetYoloHeads());
        Assert.AreEqual("classify", model.Metadata[VisionMetadata.TaskKey]);
        Assert.AreEqual("crop", model.Metadata[VisionMetadata.ResizeKey]);
        Assert.AreSequenceEqual([1L, 5], model.Graph.Output.Single().Type.TensorType.Shape.Dim.Select(d => d.DimValue));
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
}
