using MlNetVision.Detection;
using MlNetVision.Models;
using MlNetVision.Onnx.Tests.Import.Darknet;

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

        var model = ModelLocator.Open(files.Cfg);

        var head = model.GetYoloHeads()!.Single();
        Assert.AreEqual(YoloHeadKind.Region, head.Kind);
        Assert.AreEqual(2, head.Classes);
        Assert.AreEqual(softmax, head.SoftmaxClasses);
        Assert.AreSequenceEqual([new AnchorSize(1.5f, 2), new AnchorSize(3, 4.25f)], head.Anchors);
        Assert.AreEqual("[3, 5]", model.Metadata[VisionMetadata.ImageSizeKey]);
        Assert.AreEqual("unit", model.Metadata[VisionMetadata.PreprocessKey]);
        Assert.AreEqual("letterbox", model.Metadata[VisionMetadata.ResizeKey]);
        Assert.AreEqual("detect", model.Metadata[VisionMetadata.TaskKey]);
        // The order of the keys is part of a converted file's bytes.
        string[] keys =
        [
            VisionMetadata.ImageSizeKey, VisionMetadata.PreprocessKey, VisionMetadata.ResizeKey, VisionMetadata.ResizeReasonKey,
            VisionMetadata.TaskKey, VisionMetadata.StrideKey, YoloHeadMetadata.YoloKey,
        ];
        Assert.AreSequenceEqual(keys, model.Metadata.Keys);
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

        var model = ModelLocator.Open(files.Cfg);

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
    // the original's; the fork's without letter_box; the fork's with it
    [DataRow("", "", "letterbox", "letterbox: a network of the original Darknet, whose detector letterboxes")]
    [DataRow("", "scale_x_y=1.05", "stretch", "stretch: a network of AlexeyAB's fork (scale_x_y), which has no letter_box=1")]
    [DataRow("letter_box=1", "scale_x_y=1.05", "letterbox", "letterbox: [net] has letter_box=1")]
    [DataRow("letter_box=0", "", "stretch", "stretch: [net] has letter_box=0")]
    public void Import_Detector_SaysHowImagesAreResized(string net, string head, string resize, string reason)
    {
        using var files = new DarknetFiles(Grid.Random(12, 2, 2), "");
        files.WriteCfg($"[net]\nchannels=12\nheight=2\nwidth=2\n{net}\n[dropout]\n[yolo]\nclasses=1\nnum=2\nanchors=1,2,3,4\n{head}\n");

        var model = ModelLocator.Open(files.Cfg);

        Assert.AreEqual((resize, reason), (model.Metadata[VisionMetadata.ResizeKey], model.GetResizeReason()));
        model.Metadata[VisionMetadata.ResizeKey] = "crop";
        Assert.IsNull(model.GetResizeReason(), "a reason for a resize that was changed");
    }

    [TestMethod]
    public void Import_NoMask_TakesAllAnchors()
    {
        using var files = new DarknetFiles(Grid.Random(12, 2, 2), "[dropout]\n[yolo]\nclasses=1\nnum=2\nanchors=1,2,3,4");

        Assert.HasCount(2, ModelLocator.Open(files.Cfg).GetYoloHeads()!.Single().Anchors);
    }

    [TestMethod]
    public void Import_NoHead_GivesClassifier()
    {
        using var files = new DarknetFiles(Grid.Random(5, 4, 4), "[avgpool]\n[softmax]");

        var model = ModelLocator.Open(files.Cfg);

        Assert.IsNull(model.GetYoloHeads());
        Assert.AreEqual("classify", model.Metadata[VisionMetadata.TaskKey]);
        Assert.AreEqual("crop", model.Metadata[VisionMetadata.ResizeKey]);
        Assert.AreSequenceEqual([1L, 5], model.Graph.Output.Single().Type.TensorType.Shape.Dim.Select(d => d.DimValue));
    }
}
