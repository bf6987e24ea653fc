using MlNetVision.Detection;
using MlNetVision.Models;
using MlNetVision.Onnx.Tests.Import.Darknet;

namespace MlNetVision.Tests.Detection.Darknet;

[TestClass]
public sealed class SharedNetworksTests
{
    [TestMethod]
    [DataRow("blood-cells", 320, YoloHeadKind.Region, 3, "40x20x20")]
    [DataRow("yolo-lite-voc", 224, YoloHeadKind.Region, 20, "125x7x7")]
    [DataRow("yolo-lite-coco", 224, YoloHeadKind.Region, 80, "425x7x7")]
    [DataRow("yolo-fastest-1.1-xl", 320, YoloHeadKind.Yolo, 80, "255x10x10 255x20x20")]
    public void Import_PublishedNetwork_GivesItsGrids(string name, int size, YoloHeadKind kind, int classes, string shapes)
    {
        var model = ModelLocator.Open(Shared.Path("models", "darknet", $"{name}.cfg"));

        var heads = model.GetYoloHeads()!;
        var outputs = NetworkRunner.Run(model, new float[3 * size * size]);
        Assert.AreEqual(shapes, string.Join(' ', heads.Select(h => string.Join('x', outputs[h.Output].Shape[1..]))));
        Assert.IsTrue(heads.All(h => h.Kind == kind && h.Classes == classes && h.SoftmaxClasses == (kind == YoloHeadKind.Region)));
        Assert.AreEqual($"[{size}, {size}]", model.Metadata[VisionMetadata.ImageSizeKey]);
        Assert.AreEqual("detect", model.Metadata[VisionMetadata.TaskKey]);
        Assert.AreEqual(name == "blood-cells" ? "16" : "32", model.Metadata["stride"]);
    }

    [TestMethod]
    public void Import_TwoHeads_ChoosesAnchorsByMask()
    {
        var model = ModelLocator.Open(Shared.Path("models", "darknet", "yolo-fastest-1.1-xl.cfg"));

        var heads = model.GetYoloHeads()!;
        // mask=3,4,5 and mask=0,1,2 of one list, as the .cfg has them
        Assert.AreEqual(3, heads[0].Anchors.Count);
        Assert.IsTrue(heads[0].Anchors.Min(a => a.Width) > heads[1].Anchors.Max(a => a.Width));
    }

    [TestMethod]
    [DataRow("blood-cells", 0)]
    [DataRow("yolo-lite-voc", 0)]
    [DataRow("yolo-lite-coco", 0)]
    [DataRow("yolo-fastest-1.1-xl", 0)]
    [DataRow("yolo-fastest-1.1-xl", 1)]
    public void Import_PublishedNetwork_GivesTheGridsOfDarknet(string name, int head)
    {
        var cfg = Shared.Path("models", "darknet", $"{name}.cfg");
        var model = ModelLocator.Open(cfg);
        // Darknet gives what the last layer gives: the file is cut before the head, whose input that is.
        var lines = File.ReadAllLines(cfg);
        var heads = Enumerable.Range(0, lines.Length).Where(i => lines[i].Trim() is "[region]" or "[yolo]").ToArray();
        using var cut = new DarknetFiles(new Grid(1, 1, 1), "");
        cut.WriteCfg(string.Join('\n', lines[..heads[head]]));
        var size = model.Graph.Input[0].Type.TensorType.Shape.Dim[3].DimValue;
        float[] image = [.. Grid.RandomValues((int)(3 * size * size), seed: 3).Select(v => v / 6 + .5f)];

        var expected = OriginalDarknet.Run(cut.Cfg, Path.ChangeExtension(cfg, ".weights"), image);
        Grid.AreClose(expected, NetworkRunner.Run(model, image)[$"grid_{head}"].Values, name, tolerance: 1e-4);
    }
}
