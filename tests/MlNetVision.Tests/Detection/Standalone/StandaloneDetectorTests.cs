using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Tests.Detection.Standalone;

[TestClass]
public sealed class StandaloneDetectorTests
{
    [TestMethod]
    [DataRow(YoloHeadKind.Region, true, 1f, false, false, 1)]
    [DataRow(YoloHeadKind.Region, true, 1f, false, true, 1)]
    [DataRow(YoloHeadKind.Region, false, 1f, false, false, 1)]
    [DataRow(YoloHeadKind.Yolo, false, 1f, false, false, 2)]
    [DataRow(YoloHeadKind.Yolo, false, 1.2f, false, false, 2)]
    [DataRow(YoloHeadKind.Yolo, false, 1.05f, false, true, 2)]
    [DataRow(YoloHeadKind.Yolo, false, 2f, true, false, 2)]
    [DataRow(YoloHeadKind.Yolo, false, 2f, true, true, 1)]
    public void Run_RandomHeads_AsTheParser(YoloHeadKind kind, bool softmax, float scale, bool newCoordinates, bool channelsLast, int heads)
    {
        foreach (var classes in new[] { 1, 3, 20 })
        {
            var model = RandomYolo.Create([.. Enumerable.Range(0, heads).Select(i => Head(i, kind, classes) with
            {
                SoftmaxClasses = softmax,
                ScaleXY = scale,
                NewCoordinates = newCoordinates,
                ChannelsLast = channelsLast,
            })], seed: classes);
            var run = StandaloneRun.Of(model, new() { Detection = new() { Confidence = 0.1f } }, seed: classes);
            Assert.IsGreaterThan(3, run.Parsed.Count);
            run.AssertAgree();
        }
    }

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(true, true)]
    public void Run_AllOptions_AsTheParser(bool agnostic, bool bestOnly)
    {
        var model = RandomYolo.Create([Head(0, YoloHeadKind.Yolo, 5), Head(1, YoloHeadKind.Yolo, 5)], seed: 3);
        DetectionOptions options = new() { Confidence = 0.05f, BestClassOnly = bestOnly, Suppression = new() { IoU = 0.3f, ClassAgnostic = agnostic } };
        foreach (var variant in new[]
        {
            options,
            options with { Confidence = 0, Suppression = options.Suppression with { IoU = 1 } },
            options with { Confidence = 1 },
            options with { Classes = ["C1", "c3"], ClassConfidence = new Dictionary<string, float> { ["c3"] = 0.4f } },
            options with { ExcludedClasses = ["c0", "c1", "c2", "c3", "c4"] },
            options with { Suppression = options.Suppression with { MaxDetections = 4 } },
        })
        {
            StandaloneRun.Of(model, new() { Detection = variant }, seed: 8).AssertAgree();
        }
    }

    [TestMethod]
    public void Run_BundledModelOnSmear_AsTheParser()
    {
        var run = OnImage(ModelLocator.Open("blood-cells"), Path.Combine(Shared.Repository, "assets", "images", "blood-smear.png"));
        Assert.IsGreaterThan(20, run.Parsed.Count);
        run.AssertAgree();
    }

    [TestMethod]
    [DataRow("yolo-lite-voc", "voc.names", 1)]
    [DataRow("yolo-fastest-1.1-xl", "coco.names", 2)]
    public void Run_PublishedNetworks_AsTheParser(string name, string names, int heads)
    {
        var model = ModelLocator.Open(Shared.Path("models", "darknet", $"{name}.cfg"), new() { LabelsFile = Shared.Path("models", "darknet", names) });
        Assert.HasCount(heads, model.GetYoloHeads()!);
        var found = 0;
        foreach (var image in Directory.GetFiles(Shared.Path("data", "images"), "*.jpg").Order(StringComparer.Ordinal).Take(5))
        {
            var run = OnImage(model, image);
            found += run.Parsed.Count;
            run.AssertAgree();
        }
        Assert.IsGreaterThan(5, found);
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(3e38f)]
    public void Run_BrokenWeights_NoBrokenBoxes(float value)
    {
        var model = RandomYolo.Create([Head(0, YoloHeadKind.Region, 3) with { SoftmaxClasses = true }], seed: 1);
        var weights = model.Graph.Initializer[0];
        weights.RawData = Google.Protobuf.ByteString.CopyFrom([.. weights.RawData.Span[..40], .. BitConverter.GetBytes(value), .. weights.RawData.Span[44..]]);
        var run = StandaloneRun.Of(model, new() { Detection = new() { Confidence = 0 } });
        Assert.IsTrue(run.Own.All(d => d.Box.IsFinite && !d.Box.IsEmpty && d.Score is >= 0 and <= 1));
    }

    [TestMethod]
    [DataRow(NonMaxSuppressionKind.SoftLinear)]
    [DataRow(NonMaxSuppressionKind.SoftGaussian)]
    public void Build_SoftSuppression_RefusedByName(NonMaxSuppressionKind kind)
    {
        var network = DetectionNetwork.Of(ModelLocator.Open("blood-cells"), new() { Detection = new() { Suppression = new() { Kind = kind } } });
        var error = Assert.ThrowsExactly<ArgumentException>(() => StandaloneDetector.Build(network));
        StringAssert.Contains(error.Message, kind.ToString());
    }

    [TestMethod]
    public void Build_Twice_ReplacesTheFirst()
    {
        var once = StandaloneDetector.Build(DetectionNetwork.Of(ModelLocator.Open("blood-cells"), new()));
        var twice = StandaloneDetector.Build(DetectionNetwork.Of(once, new()));
        CollectionAssert.AreEqual(once.ToBytes(), twice.ToBytes());
    }

    [TestMethod]
    [DataRow(8)]
    [DataRow(9)]
    [DataRow(10)]
    [DataRow(11)]
    public void Build_OldOperatorSet_RaisedAndRuns(int version)
    {
        var model = OfOperatorSet(version);
        if (version == 8) Normalize(model);
        StandaloneRun.Of(model, new() { Detection = new() { Confidence = 0.1f } }).AssertAgree();
        Assert.AreEqual(version, model.Proto.OpsetImport.Single().Version, "the caller's model is left as it is");
    }

    [TestMethod]
    public void Build_OldOperatorSetWithUpsampleOfNoScale_RefusedByName()
    {
        var model = OfOperatorSet(9);
        var node = model.Graph.Node.Single(n => n.OpType == "Identity");
        node.OpType = "Upsample";
        var error = Assert.ThrowsExactly<BadModelException>(() => StandaloneDetector.Build(DetectionNetwork.Of(model, new())));
        StringAssert.Contains(error.Message, "operator set 9");
        StringAssert.Contains(error.Message, "(Upsample)");
    }

    private static OnnxModel OfOperatorSet(int version)
    {
        var model = RandomYolo.Create([Head(0, YoloHeadKind.Region, 3) with { SoftmaxClasses = true }], seed: 1);
        model.Proto.OpsetImport.Single().Version = version;
        model.Proto.IrVersion = 4;
        return model;
    }

    /// <summary>Puts a batch normalisation behind the network, as it was written before operator set 9.</summary>
    private static void Normalize(OnnxModel model)
    {
        var last = model.Graph.Node.Single(n => n.OpType == "Identity");
        last.OpType = "BatchNormalization";
        var builder = new GraphWriter("parameters");
        foreach (var (name, value) in new[] { ("scale", 0.8f), ("shift", 0.1f), ("mean", 0.2f), ("variance", 1.5f) })
            last.Input.Add(builder.Floats(name, Enumerable.Repeat(value, 16).ToArray(), 16));
        last.Attribute.Add(OnnxAttributes.Make("spatial", 1L));
        model.Graph.Initializer.AddRange(builder.Build().Graph.Initializer);
    }

    private static StandaloneRun OnImage(OnnxModel model, string path)
    {
        var options = new ObjectDetectorOptions { Detection = new() { Confidence = 0.1f } };
        var network = DetectionNetwork.Of(model, options);
        using var image = RgbImage.Load(path);
        using var resized = ImageResizer.Resize(image, network.Settings.Resize, out _);
        var pixels = new byte[network.Input.Length];
        TensorPacker.Pack(resized, pixels, network.Input.Layout, bgr: false);
        return StandaloneRun.Of(model, options, pixels);
    }

    private static YoloHead Head(int index, YoloHeadKind kind, int classes) => new()
    {
        Output = $"grid_{index}",
        Kind = kind,
        Classes = classes,
        Anchors = kind == YoloHeadKind.Region ? [new(0.57f, 0.68f), new(1.9f, 2.1f)] : [new(12, 18), new(37, 49), new(52, 32)],
    };
}
