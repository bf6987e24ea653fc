using MlNetVision.Detection;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>What networks give and take beside what is usual: scores that cannot be, one channel of grey, suppression inside, values that nothing reads.</summary>
[TestClass]
public sealed class NetworkOutputsTests
{
    private const int Width = 96, Height = 64, Cells = 126;

    [TestMethod]
    [DataRow("yolov8", 1.004f, true)]    // an 8-bit network's 1
    [DataRow("yolov8", 2.5f, false)]
    [DataRow("yolov8", float.PositiveInfinity, false)]
    [DataRow("yolo-end2end", 1.004f, true)]
    [DataRow("yolo-end2end", 88f, false)]
    [DataRow("yolov5", 1.004f, true)]
    [DataRow("yolov5", 7f, false)]
    [DataRow("yolov7-end2end", 1.004f, true)]
    [DataRow("yolov7-end2end", 16f, false)]
    public void Detect_ScoreAboveOne_IsRefusedUnlessRoundingGivesIt(string head, float score, bool isGood)
    {
        // A sound box beside it: not all boxes are wrong.
        var output = head switch
        {
            "yolov8" => new TestOutput(RandomBoxes.Turned(RandomBoxes.Rows(Cells, i => i switch
            {
                3 => [20, 20, 10, 10, score, 0], 50 => [60, 40, 20, 20, 0, 0.8f], _ => new float[6],
            }), 6), 1, 6, Cells),
            "yolo-end2end" => new TestOutput([15, 15, 25, 25, score, 0, 50, 30, 70, 50, 0.8f, 1], 1, 2, 6),
            "yolov5" => new TestOutput(RandomBoxes.Rows(3 * Cells, i => i switch
            {
                3 => [20, 20, 10, 10, score, 1, 0], 50 => [60, 40, 20, 20, 1, 0, 0.8f], _ => new float[7],
            }), 1, 3 * Cells, 7),
            _ => new TestOutput([0, 15, 15, 25, 25, 0, score, 0, 50, 30, 70, 50, 1, 0.8f], 2, 7),
        };
        using var detector = ObjectDetector.Load(StillNetwork.Of(Width, Height, output).WithNames(2), new() { Head = head });
        using var image = TestImages.Solid(Width, Height, new(9, 9, 9));
        if (isGood)
        {
            Assert.HasCount(2, detector.Detect(image).Detections);
            return;
        }
        var error = Assert.ThrowsExactly<BadModelException>(() => detector.Detect(image)).Message;
        foreach (var part in new[] { head, FormattableString.Invariant($"a score of {score};"), "expected 0 to 1", "--head" }) StringAssert.Contains(error, part);
    }

    [TestMethod]
    [DataRow("pose", 0, "a key point that is not finite")]          // x
    [DataRow("pose", 5, "a key point that is not finite")]          // the score of the second
    [DataRow("obb", 0, "an angle that is not finite")]
    [DataRow("segment", 0, "the mixture of the mask's prototypes")]  // ∞ − ∞
    public void Detect_InfiniteExtras_AreRefusedInWords(string task, int position, string expected)
    {
        // JSON cannot say them, and a mask of them would be empty without a word. The box is sound.
        var extras = task switch { "pose" => 6, "obb" => 1, _ => 4 };
        var values = RandomBoxes.Turned(RandomBoxes.Rows(Cells, i =>
        {
            float[] own = [.. Enumerable.Repeat(1f, extras)];
            if (task == "segment") own[1] = -1;
            else if (i == 3) own[position] = float.PositiveInfinity;
            return i == 3 ? [20, 20, 10, 10, 0.9f, 0, .. own] : [.. new float[6], .. own];
        }), 6 + extras);
        List<TestOutput> outputs = [new(values, 1, 6 + extras, Cells)];
        if (task == "segment") outputs.Add(new("output1", [.. Enumerable.Repeat(float.PositiveInfinity, 4 * 16 * 24)], 1, 4, 16, 24));
        using var detector = ObjectDetector.Load(StillNetwork.Of(Width, Height, [.. outputs]).OfUltralytics(task, 2, ("kpt_shape", "[2, 3]")));
        using var image = TestImages.Solid(Width, Height, new(9, 9, 9));
        StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => detector.Detect(image)).Message, expected);
    }

    [TestMethod]
    [DataRow(200, 150, 0)]
    [DataRow(255, 255, 255)]
    [DataRow(10, 240, 90)]
    public void Detect_OneChannel_IsTheLumaOfTheImage(int red, int green, int blue)
    {
        var model = StillNetwork.Build(Width, Height, 1, graph =>
        {
            var box = graph.Floats([48, 32, 48, 32], 1, 4, 1) + graph.Floats(new float[4 * Cells], 1, 4, Cells);
            var score = graph.Node("ReduceMean", [graph["images"]], ("keepdims", 0L)) + graph.Floats([0, .. Enumerable.Repeat(-9f, Cells - 1)], 1, 1, Cells);
            graph.Output("output0", graph.Concat([box, score], axis: 1), DataType.Float, 1, 5, Cells);
        }, channels: 1).OfUltralytics("detect", 1, ("channels", "1"));
        Assert.AreEqual("detect · Ultralytics v8 head · 1 class · 126 boxes · suppression outside", DetectionHeads.Describe(model).Single());
        using var detector = ObjectDetector.Load(model);
        using var image = TestImages.Solid(Width, Height, new((byte)red, (byte)green, (byte)blue));

        var found = detector.Detect(image).Detections.Single();

        // ITU-R BT.601, to whole steps.
        Assert.AreEqual((0.299 * red + 0.587 * green + 0.114 * blue) / 255, found.Score, 0.5 / 255 + 1e-6);
        Assert.AreEqual(new BoundingBox(24, 16, 72, 48), found.Box);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void Detect_SuppressionOperatorInside_AsANaiveLoopSuppresses(int seed)
    {
        const int Classes = 3;
        var candidates = SuppressingNetwork.Candidates(new RandomBoxes(seed, Width, Height), 60, Classes);
        var model = SuppressingNetwork.V7(Width, Height, candidates, Classes).WithNames(Classes);
        StringAssert.StartsWith(DetectionHeads.Describe(model).Single(), "detect · YOLO v7 end-to-end head · 3 classes");
        using var detector = ObjectDetector.Load(model);
        using var image = TestImages.Noise(Width, Height);

        var found = detector.Detect(image).Detections;

        var options = new DetectionOptions { Confidence = SuppressingNetwork.Confidence, Suppression = new() { IoU = SuppressingNetwork.IoU } };
        var fit = NaiveFit.Stretch(Width, Height, Width, Height);
        var expected = candidates.Suppress(options, fit);
        Assert.IsLessThan(candidates.Count(c => c.Score >= SuppressingNetwork.Confidence), expected.Count, "some are suppressed");
        NaiveDetections.AssertSame(found, expected, fit);
    }

    [TestMethod]
    public void Prepare_InitializerThatNothingReads_IsLeftOut()
    {
        // ONNX Runtime warns of each when ML.NET loads the network.
        var model = StillNetwork.Build(Width, Height, 1, graph =>
        {
            graph.Floats("num_batches_tracked", [7], 1);
            graph.Output("output0", graph.Floats(new float[6 * Cells], 1, 6, Cells), DataType.Float, 1, 6, Cells);
        }).OfUltralytics("detect", 2);
        Assert.IsTrue(model.Graph.Initializer.Any(t => t.Name == "num_batches_tracked"));
        using var detector = ObjectDetector.Load(model);

        var prepared = detector.Network.Prepare();

        Assert.IsFalse(prepared.Graph.Initializer.Any(t => t.Name == "num_batches_tracked"));
        var read = prepared.Graph.Node.SelectMany(n => n.Input).Concat(prepared.Graph.Output.Select(o => o.Name)).ToHashSet();
        foreach (var tensor in prepared.Graph.Initializer) Assert.Contains(tensor.Name, read);
    }
}
