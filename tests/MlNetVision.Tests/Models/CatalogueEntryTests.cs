using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Segmentation;

namespace MlNetVision.Tests.Models;

[TestClass]
public sealed class CatalogueEntryTests
{
    [TestMethod]
    public void Apply_TinyYoloV2_WritesWhatTheModelNeeds()
    {
        var model = Network([null, 3, 416, 416], [null, 125, 13, 13]);
        ModelCatalogue.Default.Get("tinyyolov2-8").Apply(model);
        var head = model.GetYoloHeads()!.Single();
        Assert.AreEqual("grid", head.Output);
        Assert.AreEqual((YoloHeadKind.Region, 20, true), (head.Kind, head.Classes, head.SoftmaxClasses));
        Assert.AreEqual(new AnchorSize(16.62f, 10.52f), head.Anchors[4]);
        Assert.AreEqual("tvmonitor", model.GetNames()![19]);
        Assert.AreEqual("raw", model.Metadata[VisionMetadata.PreprocessKey]);
        Assert.AreEqual("letterbox", model.Metadata[VisionMetadata.ResizeKey]);
        Assert.AreEqual("[416, 416]", model.Metadata[VisionMetadata.ImageSizeKey]);
        Assert.AreEqual("detect", model.Metadata[VisionMetadata.TaskKey]);
        Assert.AreEqual("MIT", model.Metadata[VisionMetadata.LicenseKey]);
    }

    [TestMethod]
    public void Apply_WeightsAmongTheInputs_FindsTheImage()
    {
        var model = Network([1, 3, 416, 416], [1, 125, 13, 13]);
        model.Graph.Initializer.Add(new TensorProto { Name = "w" });
        model.Graph.Input.Insert(0, Value("w", [16]));
        ModelCatalogue.Default.Get("tinyyolov2-7").Apply(model);
        Assert.IsNotNull(model.GetYoloHeads());
    }

    [TestMethod]
    public void Apply_GridOfAnotherModel_SaysWhatWasExpected()
    {
        var e = Assert.ThrowsExactly<BadModelException>(() =>
            ModelCatalogue.Default.Get("yolov2-coco-9").Apply(Network([1, 3, 416, 416], [1, 125, 13, 13])));
        StringAssert.Contains(e.Message, "425 channels");
        StringAssert.Contains(e.Message, "1×125×13×13");
    }

    [TestMethod]
    public void Apply_InputOfAnotherModel_SaysWhatWasExpected()
    {
        var e = Assert.ThrowsExactly<BadModelException>(() =>
            ModelCatalogue.Default.Get("yolov2-coco-9").Apply(Network([1, 416, 416, 3], [1, 425, 13, 13])));
        StringAssert.Contains(e.Message, "1×3×416×416");
        StringAssert.Contains(e.Message, "1×416×416×3");
    }

    [TestMethod]
    public void Apply_EntryWithoutHead_KeepsTheModelsOwn()
    {
        var model = Network([1, 3, 608, 608], [1, 425, 19, 19]);
        var head = new YoloHead { Output = "grid", Kind = YoloHeadKind.Region, Anchors = [new AnchorSize(1, 1)], Classes = 80 };
        model.SetYoloHeads([head]);
        ModelCatalogue.Default.Get("yolov2").Apply(model);
        Assert.HasCount(1, model.GetYoloHeads()!.Single().Anchors);
        Assert.HasCount(80, model.GetNames()!);
    }

    [TestMethod]
    public void Apply_ScoresOfOtherClasses_SaysWhatWasExpected()
    {
        var e = Assert.ThrowsExactly<BadModelException>(() =>
            ModelCatalogue.Default.Get("fcn-resnet50-12").Apply(Network([null, 3, null, null], [null, 19, null, null])));
        StringAssert.Contains(e.Message, "21 classes");
        StringAssert.Contains(e.Message, "?×19×?×?");
    }

    [TestMethod]
    [DataRow(21L)]
    [DataRow(null)]
    public void Apply_FcnOfAnySize_IsASegmenterOfItsStatedSize(long? stated)
    {
        // As the zoo's FCN: free height and width, an auxiliary output beside. Class 2 answers for what is bright.
        var weights = new float[21 * 3];
        weights.AsSpan(2 * 3, 3).Fill(1);
        var graph = new GraphWriter("fcn");
        var image = graph.Input("input", TensorProto.Types.DataType.Float, 1, 3, 8, 8);
        var scores = graph.Node("Conv", null, [image, graph.Floats("weights", weights, 21, 3, 1, 1)]);
        graph.NodeWithOutputs("Identity", "aux", [scores], ["aux"]);
        graph.NodeWithOutputs("Identity", "out", [scores], ["out"]);
        graph.Output("aux", TensorProto.Types.DataType.Float, 1, 21, 8, 8);
        graph.Output("out", TensorProto.Types.DataType.Float, 1, 21, 8, 8);
        var built = graph.Build("fcn.onnx");
        (built.Graph.Input[0], built.Graph.Output[0], built.Graph.Output[1]) =
            (Value("input", [null, 3, null, null]), Value("aux", [null, stated, null, null]), Value("out", [null, stated, null, null]));

        ModelCatalogue.Default.Get("fcn-resnet50-12").Apply(built);

        using var segmenter = Segmenter.Load(built);
        using var white = new RgbImage(64, 48);
        white.Pixels.Fill(255);
        var mask = segmenter.Segment(white).Mask;
        Assert.AreEqual(("imagenet", 520, 520), (segmenter.Preprocess, segmenter.Resize.Width, segmenter.Resize.Height));
        Assert.AreEqual(("bicycle", 64L * 48), (mask.Shares()[0].Label, mask.Shares()[0].Pixels));
    }

    [TestMethod]
    public void PathIn_BundledModel_Throws() =>
        Assert.ThrowsExactly<InvalidOperationException>(() => ModelCatalogue.Default.Get("blood-cells").PathIn("x"));

    private static OnnxModel Network(long?[] input, long?[] output)
    {
        var graph = new GraphProto();
        graph.Input.Add(Value("image", input));
        graph.Output.Add(Value("grid", output));
        return new OnnxModel(new ModelProto { Graph = graph }, "net.onnx");
    }

    private static ValueInfoProto Value(string name, long?[] shape)
    {
        var dims = new TensorShapeProto();
        foreach (var d in shape)
            dims.Dim.Add(d is { } n ? new TensorShapeProto.Types.Dimension { DimValue = n } : new TensorShapeProto.Types.Dimension { DimParam = "None" });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = 1, Shape = dims } } };
    }
}
