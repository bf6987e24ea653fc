using Microsoft.ML;
using MlNetVision.Detection;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Tests.Detection.Standalone;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;
using Found = MlNetVision.Detection.Detection;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>Heads of the families by all ways: plain detector, chain of ML.NET, saved pipeline, standalone pipeline.</summary>
[TestClass]
public sealed class HeadPipelinesTests
{
    private const int Width = 96, Height = 64, Classes = 3, Cells = 126;

    [TestMethod]
    [DataRow("v8")]
    [DataRow("v8-half")]
    [DataRow("v8-seg")]
    [DataRow("v8-pose")]
    [DataRow("v8-obb")]
    [DataRow("v8-grey")]
    [DataRow("v8-undeclared")]
    [DataRow("v8-unranked")]
    [DataRow("end2end")]
    [DataRow("end2end-seg")]
    [DataRow("end2end-pose")]
    [DataRow("end2end-obb")]
    [DataRow("v5")]
    [DataRow("v5-seg")]
    [DataRow("v7-end2end")]
    [DataRow("v7-nms")]
    [DataRow("yolox")]
    [DataRow("nanodet")]
    [DataRow("v8-face")]
    public void Detect_ByAllWays_SameAnswers(string kind)
    {
        using var zip = new TemporaryFile(".zip");
        using var landscape = new TemporaryFile(".png");
        using var portrait = new TemporaryFile(".png");
        using (var image = TestImages.Noise(150, 70)) image.Save(landscape.Path);
        using (var image = TestImages.Solid(33, 81, new(255, 255, 255))) image.Save(portrait.Path);
        string[] paths = [landscape.Path, portrait.Path, landscape.Path];
        using var detector = ObjectDetector.Load(Network(kind));
        Found[][] expected = [.. paths.Select(p => detector.Detect(p).Detections.ToArray())];
        AssertKind(kind, expected[0]);

        detector.SaveZip(zip.Path);
        using var loaded = ObjectDetector.Load(zip.Path);
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable(paths.Select(p => new ImageRow { ImagePath = p }).ToArray());
        var chained = Detections(ml, ml.Transforms.DetectObjects(Network(kind)).Fit(rows).Transform(rows));
        var saved = Detections(ml, new MLContext().Model.Load(zip.Path, out _).Transform(rows));
        for (var i = 0; i < paths.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i], loaded.Detect(paths[i]).Detections.ToArray(), "loaded by the detector");
            CollectionAssert.AreEqual(expected[i], chained[i], "chain");
            CollectionAssert.AreEqual(expected[i], saved[i], "loaded by ML.NET");
        }
        Assert.AreEqual((detector.Resize, detector.Options), (loaded.Resize, loaded.Options));
    }

    [TestMethod]
    [DataRow("v8")]
    [DataRow("v8-half")]
    [DataRow("v8-grey")]
    [DataRow("v8-undeclared")]
    [DataRow("v8-unranked")]
    [DataRow("v8-seg")]
    [DataRow("v8-pose")]
    [DataRow("v5")]
    [DataRow("end2end")]
    [DataRow("end2end-pose")]
    [DataRow("yolox")]
    [DataRow("yolox-decoded")]
    public void SaveStandaloneZip_BoxesInTheGraph_AreOurs(string kind)
    {
        var options = new ObjectDetectorOptions { Head = kind == "yolox-decoded" ? kind : null };
        StandaloneRun.Of(Network(kind), options).AssertAgree();

        using var zip = new TemporaryFile(".zip");
        using var file = new TemporaryFile(".png");
        using (var image = TestImages.Noise(Width, Height)) image.Save(file.Path);
        using var detector = ObjectDetector.Load(Network(kind), options);
        detector.SaveStandaloneZip(zip.Path);
        var ml = new MLContext();
        var rows = ml.Model.Load(zip.Path, out _).Transform(ml.Data.LoadFromEnumerable([new ImageRow { ImagePath = file.Path }]));
        var row = ml.Data.CreateEnumerable<StandaloneRow>(rows, reuseRowObject: false).Single();

        // An image of the network's own size is not resized. Boxes are not clipped there.
        var fit = NaiveFit.Stretch(Width, Height, Width, Height);
        NaiveBox[] own = [.. row.Scores.Select((score, i) => new NaiveBox(
            row.Boxes[4 * i] * Width, row.Boxes[4 * i + 1] * Height, row.Boxes[4 * i + 2] * Width, row.Boxes[4 * i + 3] * Height,
            row.ClassIndices[i], score))];
        NaiveDetections.AssertSame(detector.Detect(file.Path).Detections, own, fit);
        CollectionAssert.AreEqual(row.ClassIndices.Select(c => $"c{c}").ToArray(), row.Labels);
    }

    [TestMethod]
    [DataRow("v8-seg")]
    [DataRow("v8-obb")]
    [DataRow("end2end-pose")]
    [DataRow("v5")]
    [DataRow("nanodet")]
    public void Describe_SavedNetwork_AsBefore(string kind)
    {
        var model = Network(kind);
        Assert.IsTrue(DetectionHeads.AreKnown(model));
        var expected = DetectionHeads.Describe(model).Single();
        using var zip = new TemporaryFile(".zip");
        using var detector = ObjectDetector.Load(model);
        detector.SaveZip(zip.Path);
        var saved = ModelLocator.Open(zip.Path);
        Assert.AreEqual(expected, DetectionHeads.Describe(saved).Single());
        Assert.IsTrue(DetectionHeads.AreKnown(saved));
    }

    [TestMethod]
    [DataRow("v8-obb", "rotated boxes")]
    [DataRow("end2end-obb", "rotated boxes")]
    [DataRow("nanodet", "NanoDet head")]
    [DataRow("v8-face", "YOLOv8-face head")]
    [DataRow("v7-end2end", "YOLO v7 end-to-end head")]
    public void SaveStandaloneZip_WhatGraphsCannotSay_IsRefusedInWords(string kind, string title)
    {
        using var zip = new TemporaryFile(".zip");
        using var detector = ObjectDetector.Load(Network(kind));
        var error = Assert.ThrowsExactly<BadModelException>(() => detector.SaveStandaloneZip(zip.Path)).Message;
        StringAssert.Contains(error, title);
        StringAssert.Contains(error, "without standalone");
    }

    [TestMethod]
    public void Detect_V7EndToEnd_AsManyBoxesAsEachImageHas()
    {
        using var detector = ObjectDetector.Load(Network("v7-end2end"));
        foreach (var count in new[] { 5, 0, 2, 4, 0, 5, 1 })
        {
            var level = (byte)(255 * count / 5);
            using var image = TestImages.Solid(Width, Height, new(level, level, level));
            NaiveBox[] expected = [.. EndToEndRows.Chunk(7).Take(count).Select(r => new NaiveBox(r[1], r[2], r[3], r[4], (int)r[5], r[6]))];
            var found = detector.Detect(image).Detections;
            if (count == 0) Assert.IsEmpty(found);
            else NaiveDetections.AssertSame(found, expected, NaiveFit.Stretch(Width, Height, Width, Height));
        }
    }

    private static float[] EndToEndRows => RandomBoxes.Rows(5, i => [0, 10 + i, 10, 50 + i, 50, i % Classes, 0.95f - 0.1f * i]);

    private static OnnxModel Network(string kind)
    {
        var random = new RandomBoxes(11, Width, Height);
        TestOutput V8(int extras) => new(RandomBoxes.Turned(
            RandomBoxes.Rows(Cells, _ => [.. random.Box(), .. random.Scores(Classes), .. random.Many(extras, 0, 3)]), 4 + Classes + extras), 1, 4 + Classes + extras, Cells);
        TestOutput Listed(int extras) => new(RandomBoxes.Rows(100, i => i >= 20 ? new float[6 + extras]
            : [.. extras == 1 ? random.Box() : random.Edges(), 0.99f - 0.03f * i, i % Classes, .. random.Many(extras, 0, 3)]), 1, 100, 6 + extras);
        TestOutput V5(int extras, int count = 3 * Cells) => new(RandomBoxes.Rows(count,
            _ => [.. random.Box(), random.Between(0.4, 1), .. random.Scores(Classes), .. random.Many(extras, -1, 1)]), 1, count, 5 + Classes + extras);
        var prototypes = new TestOutput("output1", random.Many(8 * 16 * 24, -2, 2), 1, 8, 16, 24);
        (string, string)[] inside = [("end2end", "True"), ("kpt_shape", "[4, 3]")];
        return kind switch
        {
            "v8" => StillNetwork.Of(Width, Height, V8(0)).OfUltralytics("detect", Classes),
            "v8-half" => StillNetwork.Half(Width, Height, V8(0)).OfUltralytics("detect", Classes),
            "v8-seg" => StillNetwork.Of(Width, Height, V8(8), prototypes).OfUltralytics("segment", Classes),
            // Scores that depend on the image: those of the right grey.
            "v8-grey" => StillNetwork.Build(Width, Height, 1, graph =>
            {
                var bright = graph.Node("ReduceMean", [graph["images"]], ("keepdims", 0L)) * 0.5f + 0.5f;
                var shape = V8(0);
                graph.Output("output0", graph.Floats(shape.Values, shape.Shape) * bright, DataType.Float, shape.Shape);
            }, channels: 1).OfUltralytics("detect", Classes, ("channels", "1")),
            "v8-undeclared" => Undeclared(StillNetwork.Of(Width, Height, V8(0))).OfUltralytics("detect", Classes),
            "v8-unranked" => Undeclared(StillNetwork.Build(Width, Height, 1, graph =>
            {
                // How many dimensions there are follows from values alone.
                var shape = V8(0);
                var isKept = graph.Integers(1, 1, 1).Cast(DataType.Bool);
                var dimensions = graph.Integers(shape.Shape).Do("Compress", isKept);
                graph.Output("output0", graph.Floats(shape.Values, shape.Values.Length).Do("Reshape", dimensions), DataType.Float, shape.Shape);
            })).OfUltralytics("detect", Classes),
            "v8-pose" => StillNetwork.Of(Width, Height, V8(12)).OfUltralytics("pose", Classes, ("kpt_shape", "[4, 3]")),
            "v8-obb" => StillNetwork.Of(Width, Height, V8(1)).OfUltralytics("obb", Classes),
            "end2end" => StillNetwork.Of(Width, Height, Listed(0)).OfUltralytics("detect", Classes, inside),
            "end2end-seg" => StillNetwork.Of(Width, Height, Listed(8), prototypes).OfUltralytics("segment", Classes, inside),
            "end2end-pose" => StillNetwork.Of(Width, Height, Listed(12)).OfUltralytics("pose", Classes, inside),
            "end2end-obb" => StillNetwork.Of(Width, Height, Listed(1)).OfUltralytics("obb", Classes, inside),
            "v5" => StillNetwork.Of(Width, Height, V5(0)).WithNames(Classes),
            "v5-seg" => StillNetwork.Of(Width, Height, V5(8), prototypes).WithNames(Classes),
            "yolox-decoded" => StillNetwork.Of(Width, Height, V5(0, Cells)).WithNames(Classes),
            "yolox" => StillNetwork.Joined(Width, Height, random.Many(Cells * (5 + Classes), -2, 2), [(8, 12), (4, 6), (2, 3)],
                ("Add", 4), ("Sigmoid", 1), ("Sigmoid", Classes)).WithNames(Classes),
            "nanodet" => StillNetwork.Joined(Width, Height, random.Many(Cells * (32 + Classes), -4, 2), [(8, 12), (4, 6), (2, 3)],
                ("Sigmoid", Classes), ("Add", 32)).WithNames(Classes),
            "v8-face" => StillNetwork.Of(Width, Height, [.. new[] { 8, 16, 32 }.Select(s =>
                new TestOutput($"output{s}", random.Many(80 * (Width / s) * (Height / s), -2, 1), 1, 80, Height / s, Width / s))]).WithNames(1),
            "v7-nms" => SuppressingNetwork.V7(Width, Height, SuppressingNetwork.Candidates(random, 60, Classes), Classes).WithNames(Classes),
            "v7-end2end" => StillNetwork.Build(Width, Height, 1, graph =>
            {
                // As many rows as a fifth of the brightness.
                var count = (graph.Node("ReduceMean", [graph["images"]], ("keepdims", 0L)) * 5f + 0.5f).Do("Floor").Cast(DataType.Int64).Reshape(1);
                graph.Output("output", graph.Floats(EndToEndRows, 5, 7).Do("Slice", graph.Integers(0), count, graph.Integers(0)), DataType.Float, -1, 7);
            }).WithNames(Classes),
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown"),
        };
    }

    /// <summary>Some exporters state no dimensions of outputs, and leave one that detection does not read.</summary>
    private static OnnxModel Undeclared(OnnxModel model)
    {
        var graph = new GraphWriter(model, "More.");
        graph.Output("count", graph.Integers(7), DataType.Int64, 1);
        foreach (var output in model.Graph.Output) output.Type.TensorType.Shape = null;
        return model;
    }

    private static void AssertKind(string kind, Found[] found)
    {
        Assert.IsNotEmpty(found);
        Assert.AreEqual(kind.EndsWith("seg", StringComparison.Ordinal), found.Any(f => f.Mask is { Area: > 0 }), "masks");
        Assert.AreEqual(kind.EndsWith("pose", StringComparison.Ordinal) || kind == "v8-face", found.All(f => f.KeyPoints is { Count: > 3 }), "key points");
        Assert.AreEqual(kind.EndsWith("obb", StringComparison.Ordinal), found.All(f => f.Angle is not null), "angles");
    }

    private static Found[][] Detections(MLContext ml, IDataView rows) =>
        [.. ml.Data.CreateEnumerable<DetectedRow>(rows, reuseRowObject: false).Select(r => r.Detections!.ToArray())];

    private sealed class ImageRow
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class DetectedRow
    {
        [DetectionListType]
        public DetectionList? Detections { get; set; }
    }

    private sealed class StandaloneRow
    {
        public float[] Boxes { get; set; } = [];

        public float[] Scores { get; set; } = [];

        public int[] ClassIndices { get; set; } = [];

        public string[] Labels { get; set; } = [];
    }
}
