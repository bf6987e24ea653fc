using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Segmentation;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>Which family a network is of: what its metadata says comes first, shapes that tell too little are refused in clear words.</summary>
[TestClass]
public sealed class HeadRecognitionTests
{
    private const int Cells = 126;   // of 96×64 at strides of 8, 16 and 32

    [TestMethod]
    [DataRow("detect", 56, 52, "Ultralytics v8 head · 52 classes · 126 boxes · suppression outside")]
    [DataRow("pose", 56, 1, "Ultralytics v8 head with 17 key points · 1 class · 126 boxes · suppression outside")]
    [DataRow("pose", 57, 2, "Ultralytics v8 head with 17 key points · 2 classes · 126 boxes · suppression outside")]
    [DataRow("obb", 20, 15, "Ultralytics v8 head of rotated boxes · 15 classes · 126 boxes · suppression outside")]
    public void Describe_SameShapes_AsTheTaskSays(string task, int values, int classes, string expected)
    {
        var model = StillNetwork.Of(96, 64, Zeros(values, Cells)).OfUltralytics(task, classes, ("kpt_shape", "[17, 3]"));
        Assert.AreEqual($"detect · {expected}", DetectionHeads.Describe(model).Single());

        using var detector = ObjectDetector.Load(model);
        Assert.AreEqual(classes, detector.Labels.Count);
        Assert.AreEqual((ResizeMode.Letterbox, new RgbColor(114, 114, 114), LetterboxRounding.Nearest, LetterboxPosition.Center, Resampler.HalfPixelBilinear),
            (detector.Resize.Mode, detector.Resize.PadColor, detector.Resize.Rounding, detector.Resize.Position, detector.Resize.Resampler));
        Assert.AreEqual("unit", detector.Network.Settings.Preprocess);
        Assert.IsEmpty(detector.Assumptions, "the file says all");
    }

    [TestMethod]
    [DataRow("detect", 6, "YOLO end-to-end head · 4 classes · 300 boxes · suppression inside")]
    [DataRow("pose", 21, "YOLO end-to-end head with 5 key points · 4 classes · 300 boxes · suppression inside")]
    [DataRow("obb", 7, "YOLO end-to-end head of rotated boxes · 4 classes · 300 boxes · suppression inside")]
    public void Describe_EndToEnd_AsTheTaskSays(string task, int values, string expected)
    {
        foreach (var (key, value) in new[] { ("end2end", "True"), ("args", "{'batch': 1, 'nms': True}") })
        {
            var model = StillNetwork.Of(96, 64, Zeros(300, values)).OfUltralytics(task, 4, ("kpt_shape", "[5, 3]"), (key, value));
            Assert.AreEqual($"detect · {expected}", DetectionHeads.Describe(model).Single(), key);
        }
    }

    [TestMethod]
    [DataRow(1, 56, Cells, null, "'yolov8'", "'yolov8-pose'")]
    [DataRow(1, Cells, 9, 4, "'yolov6'", "'yolox-decoded'")]
    [DataRow(1, Cells, 85, null, "'yolov6'", "'yolox-decoded'")]
    public void Load_ShapeOfTwoFamilies_IsRefusedUnlessNamed(int batch, int rows, int columns, int? names, string first, string second)
    {
        var model = StillNetwork.Of(96, 64, new TestOutput(new float[rows * columns], batch, rows, columns));
        if (names is { } count) model.WithNames(count);

        var error = Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(model)).Message;
        foreach (var part in new[] { "head.onnx", first, second, "--head", $"1×{rows}×{columns}" }) StringAssert.Contains(error, part);
        using var detector = ObjectDetector.Load(model, new() { Head = second.Trim('\'') });
        StringAssert.StartsWith(DetectionHeads.Describe(model).Single(), "detect · could be ");
    }

    [TestMethod]
    public void Load_V10WithoutAWordOnItsEnd_IsEndToEnd()
    {
        using var detector = ObjectDetector.Load(StillNetwork.Of(96, 64, Zeros(300, 6)).OfUltralytics("detect", 4));
        StringAssert.StartsWith(DetectionHeads.Describe(detector.Model).Single(), "detect · YOLO end-to-end head");
    }

    [TestMethod]
    [DataRow("[17]")]
    [DataRow("[17, 4]")]
    [DataRow("[0, 3]")]
    [DataRow("seventeen")]
    public void Load_KeyPointShapeThatIsNone_NamesTheKey(string shape)
    {
        var model = StillNetwork.Of(96, 64, Zeros(56, Cells)).OfUltralytics("pose", 1, ("kpt_shape", shape));
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(model)).Message, $"'kpt_shape' is '{shape}'");
    }

    [TestMethod]
    public void Detect_HalfPrecision_AnswersAsFloat()
    {
        // Ultralytics' half=True: input and output are float16.
        var values = RandomBoxes.Turned(RandomBoxes.Rows(Cells, i => i == 3 ? [50, 30, 20, 20, 0.75f, 0.125f] : new float[6]), 6);
        var model = StillNetwork.Half(96, 64, new TestOutput(values, 1, 6, Cells)).OfUltralytics("detect", 2, ("args", "{'half': True}"));
        StringAssert.StartsWith(DetectionHeads.Describe(model).Single(), "detect · Ultralytics v8 head");
        using var detector = ObjectDetector.Load(model);
        var found = Detect(detector).Single();
        Assert.AreEqual((new BoundingBox(40, 20, 60, 40), 0.75f), (found.Box, found.Score));
    }

    [TestMethod]
    [DataRow(null, 0.4f)]
    [DataRow("yolov7", 0.8f)]
    public void Detect_YoloV7OfOneClass_ObjectnessIsTheScoreWhereItIsNamed(string? head, float score)
    {
        float[] rows = [.. Enumerable.Range(0, 3 * Cells).SelectMany(i => i == 5 ? new[] { 50f, 30, 20, 20, 0.8f, 0.5f } : new float[6])];
        using var detector = ObjectDetector.Load(StillNetwork.Of(96, 64, new TestOutput(rows, 1, 3 * Cells, 6)).WithNames(1), new() { Head = head });
        Assert.AreEqual(score, Detect(detector).Single().Score, 1e-6f);
    }

    [TestMethod]
    public void ToJson_HeadOfAFamily_HoldsWhatIsTheNetworksOwn()
    {
        var head = DetectionHeads.Formats.First(f => f.Name == "yolox").FromJson("{\"isDecoded\":true,\"outputs\":[\"boxes\"],\"classes\":3}");
        using var json = System.Text.Json.JsonDocument.Parse(head.ToJson());
        CollectionAssert.AreEquivalent(
            new[] { "isDecoded", "isStated", "outputs", "classes" }, json.RootElement.EnumerateObject().Select(p => p.Name).ToArray());
    }

    [TestMethod]
    public void Describe_BatchOfFour_CountsTheBoxesOfOneImage()
    {
        var model = StillNetwork.Build(96, 64, 4, graph =>
            graph.Output("output0", graph.Floats(new float[4 * 6 * Cells], 4, 6, Cells), DataType.Float, 4, 6, Cells))
            .OfUltralytics("detect", 2, ("batch", "4"));
        Assert.AreEqual("detect · Ultralytics v8 head · 2 classes · 126 boxes · suppression outside", DetectionHeads.Describe(model).Single());
    }

    [TestMethod]
    public void Load_UnknownShape_SaysWhatWasSeenAndWhatIsKnown()
    {
        var error = Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(StillNetwork.Of(96, 64, Zeros(17, 3)).WithNames(4))).Message;
        foreach (var part in (string[])["an input of 96×64", "output0 1×17×3", "4 class names", .. DetectionHeads.FamilyNames])
            StringAssert.Contains(error, part);
    }

    [TestMethod]
    [DataRow(null, 3, "yolov8 of 2 classes", "there are 3 class names")]
    [DataRow("yolov8", 1, "yolov8 of 2 classes", "there is 1 class name:")]
    [DataRow(null, 1, "yolov8 of 2 classes", "there is 1 class name:")]
    public void Load_OtherNumberOfNames_SaysWhichIsExpected(string? head, int names, params string[] parts)
    {
        foreach (var model in new[] { StillNetwork.Of(96, 64, Zeros(6, Cells)).WithNames(names), StillNetwork.Of(96, 64, Zeros(6, Cells)).OfUltralytics("detect", names) })
        {
            var error = Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(model, new() { Head = head })).Message;
            foreach (var part in (string[])[.. parts, "--labels"]) StringAssert.Contains(error, part);
            Assert.DoesNotContain("yolov8-obb", error);
        }
    }

    [TestMethod]
    [DataRow("pose")]
    [DataRow("segment")]
    [DataRow("depth")]
    public void Load_TaskOfOtherOutputs_SaysWhichTaskIsStated(string task)
    {
        var model = StillNetwork.Of(96, 64, Zeros(6, Cells)).OfUltralytics(task, 2, ("kpt_shape", "[17, 3]"));
        var error = Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(model)).Message;
        foreach (var part in new[] { $"the task '{task}'", "--head", "yolov8" }) StringAssert.Contains(error, part);
    }

    [TestMethod]
    public void Load_RawGridsOfV5_SaysWhatHelps()
    {
        TestOutput[] grids = [.. new[] { 8, 16, 32 }.Select(s => new TestOutput($"g{s}", new float[27 * (64 / s) * (96 / s)], 1, 27, 64 / s, 96 / s))];
        var error = Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(StillNetwork.Of(96, 64, grids).WithNames(4))).Message;
        StringAssert.Contains(error, "--anchors");
        StringAssert.Contains(error, "--grid");
    }

    [TestMethod]
    [DataRow("fastestdet")]
    [DataRow("yolo-end2end")]
    [DataRow("yolov7-end2end")]
    [DataRow("yolov8-seg")]
    [DataRow("yolo-fastestv2")]
    [DataRow("ultraface")]
    [DataRow("yunet")]
    [DataRow("blazeface")]
    [DataRow("yolov8-face")]
    [DataRow("nanodet")]
    public void Load_HeadThatDoesNotFit_SaysWhatWasSeen(string head)
    {
        var error = Assert.ThrowsExactly<BadModelException>(() =>
            ObjectDetector.Load(StillNetwork.Of(96, 64, Zeros(9, Cells)).OfUltralytics("detect", 5), new() { Head = head })).Message;
        StringAssert.Contains(error, $"does not have the outputs of '{head}'");
        StringAssert.Contains(error, "output0 1×9×126");
        StringAssert.Contains(error, "They are those of yolov8.");
    }

    [TestMethod]
    public void Load_HeadThatDoesNotExist_NamesTheNear()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            ObjectDetector.Load(StillNetwork.Of(96, 64, Zeros(9, Cells)).WithNames(5), new() { Head = "yolo8" })).Message;
        StringAssert.Contains(error, "'yolo8'");
        StringAssert.Contains(error, "yolov8");
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(80)]
    public void Load_LabelsOfAnotherNumber_SaysSo(int labels)
    {
        string[] names = [.. Enumerable.Range(0, labels).Select(i => $"n{i}")];
        var model = StillNetwork.Of(96, 64, Zeros(9, Cells)).OfUltralytics("detect", 5);
        var error = Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(model, new() { Labels = names })).Message;
        StringAssert.Contains(error, FormattableString.Invariant($"{labels}"));
        StringAssert.Contains(error, "1×9×126");
    }

    [TestMethod]
    [DataRow("TRT::EfficientNMS_TRT")]
    [DataRow("EfficientNMS_TRT")]
    [DataRow("BatchedNMSDynamic_TRT")]
    public void Load_OperatorOfTensorRT_IsNamed(string operation)
    {
        var model = StillNetwork.Build(96, 64, 1, graph => graph.Output("num_dets", graph["images"].Do(operation), DataType.Float, 1, 100, 6));
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(model)).Message, $": {operation}. They are plugins of TensorRT");
    }

    [TestMethod]
    public void LoadSegmenter_SegmentingYolo_IsSentToDetect()
    {
        var model = StillNetwork.Of(96, 64, Zeros(17, Cells), new TestOutput("output1", new float[8 * 16 * 24], 1, 8, 16, 24)).OfUltralytics("segment", 5);
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => Segmenter.Load(model)).Message, "detect");
        using var detector = ObjectDetector.Load(model);
    }

    [TestMethod]
    public void Load_EightyClassesWithoutNames_AreCocosAndSaid()
    {
        using var coco = ObjectDetector.Load(StillNetwork.Of(96, 64, Zeros(84, Cells)));
        Assert.AreEqual(("person", "toothbrush"), (coco.Labels[0], coco.Labels[79]));
        Assert.IsTrue(coco.Assumptions.Any(a => a.Contains("COCO", StringComparison.Ordinal)), string.Join('\n', coco.Assumptions));

        using var own = ObjectDetector.Load(StillNetwork.Of(96, 64, Zeros(9, Cells)));
        Assert.AreEqual("class 4", own.Labels[4]);
        Assert.IsFalse(own.Assumptions.Any(a => a.Contains("COCO", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow(5f)]
    [DataRow(-1f)]
    [DataRow(1e10f)]
    public void Detect_ClassBeyondTheLabels_IsRefused(float @class)
    {
        foreach (var score in new[] { 0.9f, 0.01f })
        {
            var rows = RandomBoxes.Rows(300, i => i == 0 ? [10, 10, 50, 50, score, @class] : new float[6]);
            using var detector = ObjectDetector.Load(StillNetwork.Of(96, 64, new TestOutput(rows, 1, 300, 6)).OfUltralytics("detect", 5, ("end2end", "True")));
            if (score < 0.25f) Assert.IsEmpty(Detect(detector), "below the threshold nothing counts");
            else StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => Detect(detector)).Message, "class");
        }
    }

    [TestMethod]
    [DataRow(0.5f, 0.5f, 0.2f, 0.3f)]       // parts of the input
    [DataRow(900f, 40f, 20f, 20f)]          // outside
    [DataRow(40f, 40f, -20f, 20f)]          // turned inside out
    public void Detect_BoxesThatCannotBe_AreRefusedOnTheFirstImage(float x, float y, float width, float height)
    {
        using var bad = ObjectDetector.Load(Switching([x, y, width, height]));
        var error = Assert.ThrowsExactly<BadModelException>(() => Detect(bad, isBright: true)).Message;
        StringAssert.Contains(error, "--head");
        StringAssert.Contains(error, "96×64");

        // After an image whose boxes can be, the network is known to be of the family.
        using var good = ObjectDetector.Load(Switching([x, y, width, height]));
        Assert.HasCount(1, Detect(good, isBright: false));
        Assert.IsLessThanOrEqualTo(1, Detect(good, isBright: true).Count);

        // Nothing found says nothing.
        using var none = ObjectDetector.Load(Switching([x, y, width, height]), new() { Adjust = o => o with { Confidence = 0.99f } });
        Assert.IsEmpty(Detect(none, isBright: true));
    }

    [TestMethod]
    public void Detect_SmallBoxesOfANetworkThatStatesItsFamily_AreItsAnswer()
    {
        using var detector = ObjectDetector.Load(Switching([40.5f, 40.5f, 0.5f, 0.5f]).OfUltralytics("detect", 2));
        Assert.HasCount(1, Detect(detector, isBright: true));
        using var outside = ObjectDetector.Load(Switching([900, 40, 20, 20]).OfUltralytics("detect", 2));
        Assert.ThrowsExactly<BadModelException>(() => Detect(outside, isBright: true));
    }

    /// <summary>A YOLO v8 without metadata that gives one box: within the input for a dark image, the given one for a bright image.</summary>
    private static OnnxModel Switching(float[] bright) => StillNetwork.Build(96, 64, 1, graph =>
    {
        float[] Values(float[] box) => RandomBoxes.Turned(RandomBoxes.Rows(Cells, i => i == 3 ? [.. box, 0.9f, 0.1f] : new float[6]), 6);
        var isBright = graph.Node("ReduceMean", [graph["images"]], ("keepdims", 0L)) > 0.5f;
        var boxes = isBright.Where(graph.Floats(Values(bright), 1, 6, Cells), graph.Floats(Values([50, 30, 20, 20]), 1, 6, Cells));
        graph.Output("output0", boxes, DataType.Float, 1, 6, Cells);
    }).WithNames(2);

    private static IReadOnlyList<MlNetVision.Detection.Detection> Detect(ObjectDetector detector, bool isBright = false)
    {
        using var image = TestImages.Solid(96, 64, isBright ? new(255, 255, 255) : new(0, 0, 0));
        return detector.Detect(image).Detections;
    }

    private static TestOutput Zeros(int rows, int columns) => new(new float[rows * columns], 1, rows, columns);
}
