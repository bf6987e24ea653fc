using MlNetVision.Onnx;
using MlNetVision.Onnx.Darknet;

namespace MlNetVision.Tests.Onnx.Darknet;

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
        var model = DarknetImporter.Import(Shared.Path("models", "darknet", $"{name}.cfg"));

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
        var model = DarknetImporter.Import(Shared.Path("models", "darknet", "yolo-fastest-1.1-xl.cfg"));

        var heads = model.GetYoloHeads()!;
        // mask=3,4,5 and mask=0,1,2 of one list, as the .cfg has them
        Assert.AreEqual(3, heads[0].Anchors.Count);
        Assert.IsTrue(heads[0].Anchors.Min(a => a.Width) > heads[1].Anchors.Max(a => a.Width));
    }
}
