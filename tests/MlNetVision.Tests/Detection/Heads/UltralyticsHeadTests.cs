using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>YOLO v8 and its relatives, and what they have beside their boxes, against plain loops after Ultralytics' own source.</summary>
[TestClass]
public sealed class UltralyticsHeadTests
{
    private const int Classes = 5;

    [TestMethod]
    [DataRow(96, 96, new[] { 8, 16, 32 }, 96, 96)]
    [DataRow(160, 96, new[] { 8, 16, 32 }, 300, 211)]
    [DataRow(96, 160, new[] { 8, 16, 32 }, 51, 117)]
    [DataRow(64, 64, new[] { 8, 16, 32 }, 128, 65)]   // 32.5 rows: Python rounds to 32
    [DataRow(64, 64, new[] { 8, 16, 32 }, 128, 67)]   // 33.5 rows: 34
    [DataRow(128, 64, new[] { 4, 8, 16, 32 }, 200, 300)]
    [DataRow(128, 64, new[] { 8, 16, 32, 64 }, 33, 20)]
    [DataRow(128, 64, new[] { 16, 32 }, 640, 480)]
    public void Detect_V8_AsALoop(int width, int height, int[] strides, int imageWidth, int imageHeight)
    {
        var output = V8(width, height, strides, 0, (_, _) => []);
        using var detector = ObjectDetector.Load(StillNetwork.Of(width, height, output).OfUltralytics("detect", Classes));
        Assert.AreEqual((0.25f, true), (detector.Options.Confidence, detector.Network.Settings.Heads[0].Conventions.BestClassOnly));

        Compare(detector, output, imageWidth, imageHeight);
    }

    [TestMethod]
    public void Detect_V8OfFreeBatch_AsOfOne()
    {
        var output = V8(64, 64, [8, 16, 32], 0, (_, _) => []);
        var model = StillNetwork.Build(64, 64, -1, graph =>
        {
            // Each image of the batch has the same boxes.
            var batch = graph["images"].Do("Shape").Slice(0, 1, axis: 0);
            var shape = graph.Concat([batch, graph.Integers(output.Shape[1], output.Shape[2])], axis: 0);
            graph.Output("output0", graph.Node("Expand", [graph.Floats(output.Values, output.Shape), shape]),
                DataType.Float, -1, output.Shape[1], output.Shape[2]);
        });
        using var detector = ObjectDetector.Load(model.OfUltralytics("detect", Classes));

        Compare(detector, output, 90, 60);
    }

    [TestMethod]
    [DataRow(ResizeMode.Letterbox, 96, 64, 96, 64)]
    [DataRow(ResizeMode.Letterbox, 96, 64, 200, 90)]     // landscape, larger
    [DataRow(ResizeMode.Letterbox, 96, 64, 70, 130)]     // portrait, larger
    [DataRow(ResizeMode.Letterbox, 64, 96, 31, 17)]      // smaller
    [DataRow(ResizeMode.Letterbox, 64, 64, 65, 128)]
    [DataRow(ResizeMode.Stretch, 96, 64, 70, 130)]
    [DataRow(ResizeMode.Crop, 96, 64, 192, 192)]
    public void Detect_V8Segmenting_MasksAsALoop(ResizeMode resize, int width, int height, int imageWidth, int imageHeight)
    {
        const int Coefficients = 8;
        var output = V8(width, height, [8, 16, 32], Coefficients, (random, _) => random.Many(Coefficients, -1, 1));
        var prototypes = new TestOutput("output1",
            new RandomBoxes(9, width, height).Many(Coefficients * height * width / 16, -3, 3), 1, Coefficients, height / 4, width / 4);
        using var detector = ObjectDetector.Load(
            StillNetwork.Of(width, height, output, prototypes).OfUltralytics("segment", Classes), new() { Resize = resize });

        var fit = FitOf(detector, imageWidth, imageHeight);
        foreach (var (box, found) in Compare(detector, output, imageWidth, imageHeight))
        {
            var expected = NaiveUltralytics.Mask(prototypes.Values, height / 4, width / 4, box, fit, width, height);
            Assert.IsNotNull(found.Mask);
            Assert.AreEqual((imageWidth, imageHeight), (found.Mask.Width, found.Mask.Height));
            for (var y = 0; y < imageHeight; y++)
            for (var x = 0; x < imageWidth; x++)
                if (expected[y, x] is { } isPart) Assert.AreEqual(isPart, found.Mask.Contains(x, y), $"{found} at {x}, {y}");
        }
    }

    [TestMethod]
    [DataRow(17, 3)]
    [DataRow(4, 2)]
    [DataRow(5, 3)]
    public void Detect_V8Pose_KeyPointsAsALoop(int points, int values)
    {
        var output = V8(96, 64, [8, 16, 32], points * values, (random, box) => Enumerable.Range(0, points).SelectMany(_ => Point(random, box, values)));
        using var detector = ObjectDetector.Load(StillNetwork.Of(96, 64, output).OfUltralytics("pose", Classes, ("kpt_shape", $"[{points}, {values}]")));

        var fit = NaiveFit.Letterbox(250, 101, 96, 64);
        foreach (var (box, found) in Compare(detector, output, 250, 101)) AssertPoints(found, box, values, fit);
    }

    [TestMethod]
    [DataRow("detect", 0)]
    [DataRow("pose", 15)]
    [DataRow("segment", 8)]
    public void Detect_EndToEnd_RowsAsTheyAreButTheZeros(string task, int extras)
    {
        var random = new RandomBoxes(4, 96, 64);
        // Overlapping boxes stay: the network has decided. The list is filled up with zeros.
        var rows = RandomBoxes.Rows(300, i => i >= 40 ? new float[6 + extras]
            : [.. random.Edges(), random.Between(0.1, 0.99), i % Classes,
                .. task == "pose" ? Points(random, random.Box(), 5, 3) : random.Many(extras, -1, 1)]);
        var output = new TestOutput(rows, 1, 300, 6 + extras);
        var prototypes = new TestOutput("output1", random.Many(8 * 16 * 24, -3, 3), 1, 8, 16, 24);
        var model = StillNetwork.Of(96, 64, task == "segment" ? [output, prototypes] : [output])
            .OfUltralytics(task, Classes, ("end2end", "True"), ("kpt_shape", "[5, 3]"));
        using var detector = ObjectDetector.Load(model);
        using var image = TestImages.Solid(111, 80, new(9, 9, 9));

        var fit = NaiveFit.Letterbox(111, 80, 96, 64);
        var expected = NaiveUltralytics.EndToEnd(rows, 6 + extras, 0.25).Where(b => fit.Edges(b) is [var l, var t, var r, var d] && r > l && d > t).ToList();
        foreach (var (box, found) in NaiveDetections.AssertSame(detector.Detect(image).Detections, expected, fit))
        {
            if (task == "pose") AssertPoints(found, box, 3, fit);
            if (task != "segment") continue;
            var mask = NaiveUltralytics.Mask(prototypes.Values, 16, 24, box, fit, 96, 64);
            for (var y = 0; y < 80; y++)
            for (var x = 0; x < 111; x++)
                if (mask[y, x] is { } isPart) Assert.AreEqual(isPart, found.Mask!.Contains(x, y), $"{found} at {x}, {y}");
        }
    }

    [TestMethod]
    [DataRow("False")]
    [DataRow(null)]
    public void Detect_NmsExport_SuppressesNothingMoreUnlessAsked(string? endToEnd)
    {
        // args says it: NMSModel gives rows whose boxes overlap as far as the export allowed.
        var rows = RandomBoxes.Rows(10, i => i switch { 0 => [10, 10, 50, 50, 0.9f, 1], 1 => [11, 10, 51, 50, 0.8f, 1], _ => new float[6] });
        var model = StillNetwork.Of(96, 64, new TestOutput(rows, 1, 10, 6))
            .OfUltralytics("detect", Classes, ("args", "{'batch': 1, 'half': False, 'nms': True}"));
        model.Metadata["end2end"] = endToEnd;
        using var image = TestImages.Solid(96, 64, new(9, 9, 9));
        using var detector = ObjectDetector.Load(model);
        Assert.HasCount(2, detector.Detect(image).Detections);

        using var hard = ObjectDetector.Load(model, new() { Adjust = o => o with { Suppression = o.Suppression with { Kind = NonMaxSuppressionKind.Hard } } });
        Assert.HasCount(1, hard.Detect(image).Detections);
    }

    [TestMethod]
    public void Detect_V8BoxOfTwoClasses_IsOneUnlessAllAreWanted()
    {
        float[] column = [48, 32, 20, 20, 0.9f, 0.8f, 0, 0, 0];
        var cells = StillNetwork.Cells(96, 64, 8, 16, 32);
        var output = new TestOutput(RandomBoxes.Turned(RandomBoxes.Rows(cells, i => i == 7 ? column : [0, 0, 9, 9, 0, 0, 0, 0, 0]), 9), 1, 9, cells);
        using var image = TestImages.Solid(96, 64, new(9, 9, 9));

        using var detector = ObjectDetector.Load(StillNetwork.Of(96, 64, output).OfUltralytics("detect", Classes));
        Assert.AreEqual("c0", detector.Detect(image).Detections.Single().Label);
        using var all = ObjectDetector.Load(
            StillNetwork.Of(96, 64, output).OfUltralytics("detect", Classes), new() { Adjust = o => o with { BestClassOnly = false } });
        CollectionAssert.AreEqual(new[] { "c0", "c1" }, all.Detect(image).Detections.Select(d => d.Label).ToArray());
    }

    private static TestOutput V8(int width, int height, int[] strides, int extras, Func<RandomBoxes, float[], IEnumerable<float>> more)
    {
        var (random, cells) = (new RandomBoxes(3, width, height), StillNetwork.Cells(width, height, strides));
        var rows = RandomBoxes.Rows(cells, _ => random.Box() is var box ? [.. box, .. random.Scores(Classes), .. more(random, box)] : []);
        return new(RandomBoxes.Turned(rows, 4 + Classes + extras), 1, 4 + Classes + extras, cells);
    }

    private static List<(NaiveBox Expected, MlNetVision.Detection.Detection Found)> Compare(
        ObjectDetector detector, TestOutput output, int imageWidth, int imageHeight)
    {
        using var image = TestImages.Solid(imageWidth, imageHeight, new RgbColor(40, 90, 200));
        var fit = FitOf(detector, imageWidth, imageHeight);
        var candidates = NaiveUltralytics.V8(output.Values, (int)output.Shape[1], Classes, detector.Options.Confidence);
        var expected = candidates.Suppress(detector.Options, fit);
        Assert.IsLessThan(candidates.Count, expected.Count, "some are suppressed");
        return NaiveDetections.AssertSame(detector.Detect(image).Detections, expected, fit);
    }

    private static NaiveFit FitOf(ObjectDetector detector, int imageWidth, int imageHeight)
    {
        var (width, height) = (detector.Resize.Width, detector.Resize.Height);
        return detector.Resize.Mode switch
        {
            ResizeMode.Stretch => NaiveFit.Stretch(imageWidth, imageHeight, width, height),
            ResizeMode.Crop => NaiveFit.Crop(imageWidth, imageHeight, width, height),
            _ => NaiveFit.Letterbox(imageWidth, imageHeight, width, height),
        };
    }

    private static IEnumerable<float> Points(RandomBoxes random, float[] box, int points, int values) =>
        Enumerable.Range(0, points).SelectMany(_ => Point(random, box, values));

    private static float[] Point(RandomBoxes random, float[] box, int values) =>
        [random.Between(box[0] - 20, box[0] + 20), random.Between(box[1] - 20, box[1] + 20), .. random.Many(values - 2, 0, 1)];

    private static void AssertPoints(MlNetVision.Detection.Detection found, NaiveBox box, int values, NaiveFit fit)
    {
        Assert.IsNotNull(found.KeyPoints);
        Assert.HasCount(box.Extra.Length / values, found.KeyPoints);
        for (var k = 0; k < found.KeyPoints.Count; k++)
        {
            var (point, expected) = (found.KeyPoints[k], box.Extra[(k * values)..]);
            Assert.IsTrue(NaiveDetections.Near(point.X, fit.X(expected[0])) && NaiveDetections.Near(point.Y, fit.Y(expected[1])), $"{k}: {point}");
            if (values == 3) Assert.AreEqual(expected[2], point.Score!.Value, 1e-6);
            else Assert.IsNull(point.Score);
        }
    }
}
