using Microsoft.ML;
using MlNetVision.Detection;
using MlNetVision.Inference;
using MlNetVision.MlNet;
using MlNetVision.Onnx;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>Networks of free input size: their one box is the middle half of the input, so that it tells which size the network ran at.</summary>
[TestClass]
public sealed class HeadSizesTests
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(false, 96, 64)]    // imgsz is height, width
    [DataRow(true, 128, 32)]
    public void Detect_FreeSize_IsImgszUnlessAsked(bool isAsked, int width, int height)
    {
        using var detector = ObjectDetector.Load(Free().OfUltralytics("detect", 2, ("imgsz", "[64, 96]")), new() { Size = isAsked ? (128, 32) : null });
        Assert.AreEqual((width, height), (detector.Resize.Width, detector.Resize.Height));
        AssertMiddle(Detect(detector, 50, 90), 50, 90, width, height);
    }

    [TestMethod]
    [DataRow(300, 211, 128, 96)]   // 90.03 rows: 3 · 32
    [DataRow(211, 300, 96, 128)]
    [DataRow(128, 64, 128, 64)]
    [DataRow(64, 64, 128, 128)]
    [DataRow(1000, 10, 128, 32)]
    [DataRow(128, 65, 128, 96)]
    public void Detect_FitsSize_SmallestThatTheLetterboxNeeds(int imageWidth, int imageHeight, int width, int height)
    {
        using var detector = ObjectDetector.Load(Free().OfUltralytics("detect", 2, ("imgsz", "[128, 128]")), new() { FitsSize = true });
        AssertMiddle(Detect(detector, imageWidth, imageHeight), imageWidth, imageHeight, width, height);
    }

    [TestMethod]
    public async Task DetectMany_ImagesOfManySizes_EachAtItsOwn()
    {
        (int W, int H)[] sizes = [.. Enumerable.Range(0, 60).Select(i => (20 + i * 37 % 300, 20 + i * 53 % 280))];
        using var detector = ObjectDetector.Load(Free().OfUltralytics("detect", 2, ("imgsz", "[128, 128]")), new() { FitsSize = true });
        var images = sizes.Select(s => TestImages.Solid(s.W, s.H, new(200, 150, 0))).ToArray();

        var i = 0;
        await foreach (var outcome in detector.DetectManyAsync(images.Select(image => (ImageSource)image), cancellationToken: TestContext.CancellationToken))
        {
            var (w, h) = sizes[i++];
            var ratio = Math.Min(128.0 / w, 128.0 / h);
            int Side(int length) => (int)Math.Ceiling(Math.Round(length * ratio) / 32) * 32;
            AssertMiddle(outcome.Result!.Detections, w, h, Side(w), Side(h));
        }
        Assert.AreEqual(sizes.Length, i);
        foreach (var image in images) image.Dispose();
    }

    [TestMethod]
    public void SaveZip_FitsSize_PipelineRunsAtTheLargest()
    {
        using var zip = new TemporaryFile(".zip");
        using var detector = ObjectDetector.Load(Free().OfUltralytics("detect", 2, ("imgsz", "[128, 128]")), new() { FitsSize = true });
        AssertMiddle(Detect(detector, 120, 30), 120, 30, 128, 32);
        detector.SaveZip(zip.Path);

        using var loaded = ObjectDetector.Load(zip.Path);
        AssertMiddle(Detect(loaded, 120, 30), 120, 30, 128, 128);
    }

    [TestMethod]
    public void DetectObjects_FitsSize_ChainRunsAtTheLargest()
    {
        var model = Free().OfUltralytics("detect", 2, ("imgsz", "[128, 128]"));
        using var file = new TemporaryFile(".png");
        using (var image = TestImages.Solid(120, 30, new(200, 150, 0))) image.Save(file.Path);
        using var detector = ObjectDetector.Load(model, new() { FitsSize = true });
        Assert.IsTrue(detector.FitsSize);
        AssertMiddle(detector.Detect(file.Path).Detections, 120, 30, 128, 32);

        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(new[] { new ImageRow { ImagePath = file.Path } });
        var chain = ml.Transforms.DetectObjects(model, options: new() { FitsSize = true }).Fit(rows).Transform(rows);
        var found = ml.Data.CreateEnumerable<DetectedRow>(chain, reuseRowObject: false).Single().Detections!;
        AssertMiddle([.. found], 120, 30, 128, 128);

        using var plain = ObjectDetector.Load(model);
        Assert.IsFalse(plain.FitsSize);
        CollectionAssert.AreEqual(plain.Detect(file.Path).Detections.ToArray(), found.ToArray());
    }

    [TestMethod]
    [DataRow("0")]
    [DataRow("-32")]
    [DataRow("99999999999")]
    [DataRow("[8, 16, 32]")]
    [DataRow("32.0")]
    [DataRow("")]
    public void Load_StrideThatIsNone_NamesTheKeyWhereItIsRead(string stride)
    {
        var model = Free().OfUltralytics("detect", 2, ("imgsz", "[128, 128]"), ("stride", stride));
        foreach (var options in new ObjectDetectorOptions[] { new() { FitsSize = true }, new() { Size = (128, 96) } })
            StringAssert.Contains(Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(model, options)).Message, $"'stride' is '{stride}'");
        using var detector = ObjectDetector.Load(model);
        Assert.AreEqual(128, detector.Resize.Width);
    }

    [TestMethod]
    public void Detect_BadBoxesAtAnotherSizeAfterGoodOnes_AreNotRefused()
    {
        // For images that are higher than wide the box lies outside.
        using var detector = ObjectDetector.Load(Free(isBadWhereHigh: true).OfUltralytics("detect", 2, ("imgsz", "[128, 128]")), new() { FitsSize = true });
        Assert.HasCount(1, Detect(detector, 128, 32));
        Assert.IsEmpty(Detect(detector, 32, 128));

        using var other = ObjectDetector.Load(Free(isBadWhereHigh: true).OfUltralytics("detect", 2, ("imgsz", "[128, 128]")), new() { FitsSize = true });
        Assert.ThrowsExactly<BadModelException>(() => Detect(other, 32, 128));
    }

    [TestMethod]
    [DataRow(100, 64, 32, "96×64")]
    [DataRow(96, 96, 64, "128×128")]
    [DataRow(10, 10, 32, "32×32")]
    public void Load_SizeThatIsNoMultiple_NamesTheNear(int width, int height, int stride, string near)
    {
        var model = Free().OfUltralytics("detect", 2, ("imgsz", "[128, 128]"), ("stride", $"{stride}"));
        var error = Assert.ThrowsExactly<ArgumentException>(() => ObjectDetector.Load(model, new() { Size = (width, height) })).Message;
        foreach (var part in new[] { $"multiples of {stride}", $"{width}×{height}", near }) StringAssert.Contains(error, part);
    }

    [TestMethod]
    public void Load_FreeSizeThatNothingStates_AsksForIt()
    {
        var error = Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(Free().OfUltralytics("detect", 2))).Message;
        foreach (var part in new[] { "images", "imgsz", "--size 640" }) StringAssert.Contains(error, part);

        error = Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(Free().OfUltralytics("detect", 2), new() { FitsSize = true })).Message;
        foreach (var part in new[] { "--size auto", "one size for all" }) StringAssert.Contains(error, part);
    }

    [TestMethod]
    public void Detect_YuNetThatFitsSizes_IsAtTheOwnSizeOfEach()
    {
        using var detector = ObjectDetector.Load(YuNet());
        using var fitting = ObjectDetector.Load(YuNet(), new() { FitsSize = true });
        foreach (var (width, height) in new[] { (50, 37), (33, 100) })
        {
            using var image = TestImages.Solid(width, height, new(255, 255, 255));
            var expected = detector.Detect(image).Detections;
            Assert.IsNotEmpty(expected);
            CollectionAssert.AreEqual(expected.ToArray(), fitting.Detect(image).Detections.ToArray());
        }
    }

    [TestMethod]
    public void Load_FitsSizeOfAFixedInput_IsRefused()
    {
        var model = StillNetwork.Of(96, 64, new TestOutput(new float[6 * 126], 1, 6, 126)).OfUltralytics("detect", 2);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ObjectDetector.Load(model, new() { FitsSize = true })).Message, "96×64");
    }

    [TestMethod]
    [DataRow(50, 37)]
    [DataRow(64, 32)]
    [DataRow(33, 100)]
    public void Detect_YuNetOfFreeSize_ImageAtItsOwnSizePaddedToTheStride(int width, int height)
    {
        using var detector = ObjectDetector.Load(YuNet());
        using var image = TestImages.Solid(width, height, new(255, 255, 255));
        var found = detector.Detect(image).Detections;

        // A cell of the black border counts as much of it as is white.
        List<NaiveBox> expected = [];
        foreach (var s in new[] { 8, 16, 32 })
        for (var y = 0; y < (height + 31) / 32 * 32 / s; y++)
        for (var x = 0; x < (width + 31) / 32 * 32 / s; x++)
        {
            var score = Math.Clamp(width - x * s, 0, s) * Math.Clamp(height - y * s, 0, s) / (double)(s * s);
            if (score >= detector.Options.Confidence) expected.Add(NaiveBox.Centered(x * s, y * s, s, s, 0, score));
        }
        NaiveDetections.AssertSame(found, expected, NaiveFit.Stretch(width, height, width, height));

        // A pipeline's input has one size; the image stands in it as it is.
        using var zip = new TemporaryFile(".zip");
        detector.SaveZip(zip.Path);
        using var loaded = ObjectDetector.Load(zip.Path);
        NaiveDetections.AssertSame(loaded.Detect(image).Detections, expected, NaiveFit.Stretch(width, height, width, height));
    }

    private static void AssertMiddle(IReadOnlyList<Found> found, int imageWidth, int imageHeight, int width, int height)
    {
        var fit = NaiveFit.Letterbox(imageWidth, imageHeight, width, height);
        // The score is the image's red in its brightest cell, or less where each has some of the border.
        Assert.HasCount(1, found, $"{imageWidth}×{imageHeight}");
        NaiveDetections.AssertSame(found, [NaiveBox.Centered(width / 2.0, height / 2.0, width / 2.0, height / 2.0, 0, found[0].Score)], fit);
    }

    private static IReadOnlyList<Found> Detect(ObjectDetector detector, int width, int height)
    {
        using var image = TestImages.Solid(width, height, new(200, 150, 0));
        return detector.Detect(image).Detections;
    }

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class DetectedRow
    {
        [DetectionListType]
        public DetectionList? Detections { get; set; }
    }

    /// <summary>A YOLO v8 whose boxes are all the middle half of the input; its two classes are red and green of the cell.</summary>
    private static OnnxModel Free(bool isBadWhereHigh = false) => StillNetwork.Build(-1, -1, 1, graph =>
    {
        var size = graph["images"].Do("Shape").Cast(DataType.Float);
        var (height, width) = (size.Slice(2, 3, axis: 0), size.Slice(3, 4, axis: 0));
        var box = graph.Concat([width, height, width, height], axis: 0).Reshape(1, 4, 1) * 0.5f;
        if (isBadWhereHigh) box = (height > width).Where(box + 1000f, box);
        var cells = graph.Concat([.. new long[] { 8, 16, 32 }.Select(s => Pool(graph, s))], axis: 2);
        var boxes = box + cells.Slice(0, 1, axis: 1) * 0f;
        graph.Output("output0", graph.Concat([boxes, cells.Slice(0, 2, axis: 1)], axis: 1), DataType.Float, 1, 6, -1);
    });

    private static GraphTensor Pool(GraphWriter graph, long stride) =>
        graph.Node("AveragePool", ["images"], ("kernel_shape", new[] { stride, stride }), ("strides", new[] { stride, stride })).Reshape(1, 3, -1);

    /// <summary>A YuNet whose boxes stand at the corners of their cells and are as large; they are as likely as the cell is bright.</summary>
    private static OnnxModel YuNet() => StillNetwork.Build(-1, -1, 1, graph =>
    {
        foreach (var stride in new long[] { 8, 16, 32 })
        {
            var bright = (Pool(graph, stride).Slice(0, 1, axis: 1) / 255f).Transpose(0, 2, 1);
            var nothing = bright * 0f;
            graph.Output($"cls_{stride}", bright, DataType.Float, 1, -1, 1);
            graph.Output($"obj_{stride}", bright, DataType.Float, 1, -1, 1);
            graph.Output($"bbox_{stride}", graph.Concat(Enumerable.Repeat(nothing, 4), axis: 2), DataType.Float, 1, -1, 4);
            graph.Output($"kps_{stride}", graph.Concat(Enumerable.Repeat(nothing, 10), axis: 2), DataType.Float, 1, -1, 10);
        }
    });
}
