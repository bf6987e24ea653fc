using Microsoft.ML;
using MlNetVision.Detection;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Tests.Import.Darknet;
using MlNetVision.Tests.Detection.Darknet;
using MlNetVision.Tests.Detection.Standalone;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>The heads of Gaussian YOLO, YOLO v1 and YOLO9000: their arithmetic in plain loops, and their way through saved files.</summary>
[TestClass]
public sealed class DarknetHeadsTests
{
    private const string Anchors = "num=3\nanchors=4,6, 9,8, 16,20";

    [TestMethod]
    [DataRow("", 1.0, 0.0)]
    [DataRow("scale_x_y=1.1\nyolo_point=left_top", 1.1, .5)]
    [DataRow("scale_x_y=1.05\nyolo_point=right_bottom\nuc_normalizer=2", 1.05, -.5)]
    public void Decode_GaussianYolo_AgreesWithLoops(string options, double scale, double shift)
    {
        var image = Grid.Random(2 * (9 + 3), 4, 5);
        using var network = HeadNetwork.Bare(image, $"[Gaussian_yolo]\nmask=2,0\nclasses=3\n{Anchors}\n{options}");

        var found = network.Decode(image, new DetectionOptions { Confidence = .1f });

        (double Width, double Height)[] anchors = [(16, 20), (4, 6)];
        static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
        var count = 0;
        for (var a = 0; a < 2; a++)
        for (var y = 0; y < 4; y++)
        for (var x = 0; x < 5; x++)
        {
            double Raw(int channel) => image[a * 12 + channel, y, x];
            var certainty = 1 - (Logistic(Raw(1)) + Logistic(Raw(3)) + Logistic(Raw(5)) + Logistic(Raw(7))) / 4;
            var (w, h) = (Math.Exp(Raw(4)) * anchors[a].Width, Math.Exp(Raw(6)) * anchors[a].Height);
            // The network's input is as large as the grid.
            var centerX = x + Logistic(Raw(0)) * scale - (scale - 1) / 2 + w * shift;
            var centerY = y + Logistic(Raw(2)) * scale - (scale - 1) / 2 + h * shift;
            for (var c = 0; c < 3; c++)
            {
                var score = Logistic(Raw(8)) * Logistic(Raw(9 + c)) * certainty;
                if (score < .1) continue;
                count++;
                Assert.IsTrue(found.Any(d => d.ClassIndex == c && Math.Abs(d.Score - score) < 1e-5
                    && Math.Abs(d.Box.Left - (centerX - w / 2)) < .01 && Math.Abs(d.Box.Bottom - (centerY + h / 2)) < .01), $"{a} {y} {x} {c} is missing");
            }
        }
        Assert.HasCount(count, found);
        Assert.IsGreaterThan(5, count);
    }

    [TestMethod]
    public void Decode_RegionOfTree_AgreesWithLoops()
    {
        var image = Grid.Random(2 * (5 + TestTree.Count), 3, 4).Map(v => v * 1.5);
        using var network = Tree(grid: image);

        var found = network.Decode(image, new DetectionOptions { Confidence = .2f });

        var count = 0;
        for (var a = 0; a < 2; a++)
        for (var y = 0; y < 3; y++)
        for (var x = 0; x < 4; x++)
        {
            double Raw(int channel) => image[a * (5 + TestTree.Count) + channel, y, x];
            var objectness = 1 / (1 + Math.Exp(-Raw(4)));
            if (objectness < .2) continue;
            count++;
            var c = TestTree.Top([.. Enumerable.Range(0, TestTree.Count).Select(i => Raw(5 + i))], .5);
            Assert.IsTrue(found.Any(d => d.ClassIndex == c && Math.Abs(d.Score - objectness) < 1e-5
                && Math.Abs(d.Box.Left + d.Box.Width / 2 - (x + 1 / (1 + Math.Exp(-Raw(0))))) < .01
                && Math.Abs(d.Box.Width - Math.Exp(Raw(2)) * (a == 0 ? .7 : 2)) < .01), $"{a} {y} {x}: class {c} is missing");
        }
        Assert.HasCount(count, found);
        Assert.IsGreaterThan(8, count);
    }

    [TestMethod]
    [DataRow("gaussian")]
    [DataRow("v1")]
    [DataRow("v1 softmax")]
    [DataRow("tree")]
    public void Run_Standalone_AsTheParser(string head)
    {
        using var network = Create(head);
        var found = 0;
        foreach (var options in new DetectionOptions[] { new() { Confidence = .1f }, new() { Confidence = .3f, BestClassOnly = true }, new() { Confidence = 0 } })
        {
            for (var seed = 0; seed < 3; seed++)
            {
                var run = StandaloneRun.Of(network.Open(), new() { Detection = options }, seed: seed);
                run.AssertAgree();
                found += run.Parsed.Count;
            }
        }
        Assert.IsGreaterThan(20, found);
    }

    [TestMethod]
    [DataRow("gaussian", "gaussian-yolo", "Gaussian YOLO grid 8×4, 3 anchors × (9 + 2 classes)", "stretch")]
    [DataRow("v1", "yolo-v1", "YOLO v1, 4×4 cells × (2 boxes × 5 + 3 classes)", "stretch")]
    [DataRow("tree", "yolo-tree", "YOLO9000 grid 8×4, 2 anchors × (5 + 11 classes in 6 groups)", "letterbox")]
    public void SavedZips_Network_AnswerAsBeforeByBothApis(string kind, string format, string description, string resize)
    {
        using var network = Create(kind);
        using var zip = new TemporaryFile(".zip");
        using var standalone = new TemporaryFile(".zip");
        using var onnx = new TemporaryFile(".onnx");
        var file = Path.Combine(Shared.Repository, "assets", "images", "blood-smear.png");
        using var detector = ObjectDetector.Load(network.Cfg, new() { Detection = new() { Confidence = .05f } });
        var expected = Boxes(detector.Detect(file).Detections);
        Assert.IsGreaterThan(2, expected.Length);
        detector.SaveZip(zip.Path);
        detector.SaveStandaloneZip(standalone.Path);
        network.Open().Save(onnx.Path);

        var model = OnnxModel.Load(onnx.Path);
        Assert.AreEqual(format, DetectionHeads.Of(model)!.Single().Format);
        StringAssert.EndsWith(DetectionHeads.Describe(model).Single(), description);
        Assert.AreEqual(resize, model.Metadata[VisionMetadata.ResizeKey]);
        foreach (var path in new[] { zip.Path, standalone.Path, onnx.Path })
        {
            using var loaded = ObjectDetector.Load(path, new() { Detection = new() { Confidence = .05f } });
            CollectionAssert.AreEqual(expected, Boxes(loaded.Detect(file).Detections), path);
        }
        var ml = new MLContext();
        var rows = ml.Data.LoadFromEnumerable([new Row { ImagePath = file }]);
        var found = ml.Data.CreateEnumerable<FoundRow>(ml.Model.Load(zip.Path, out _).Transform(rows), reuseRowObject: false).Single();
        CollectionAssert.AreEqual(expected, Boxes(found.Detections!));
        var alone = ml.Data.CreateEnumerable<StandaloneRow>(ml.Model.Load(standalone.Path, out _).Transform(rows), reuseRowObject: false).Single();
        Assert.AreEqual(4 * alone.Scores.Length, alone.Boxes.Length);
        Assert.IsGreaterThan(0, alone.Scores.Length);
    }

    [TestMethod]
    [DataRow("gaussian", "mlnetvision.gaussian-yolo", "\"point\":0", "\"point\":7", "unknown point")]
    [DataRow("gaussian", "mlnetvision.gaussian-yolo", "\"classes\":2", "\"classes\":-2", "not a list of detection heads")]
    [DataRow("gaussian", "mlnetvision.gaussian-yolo", "\"classes\":2", "\"classes\":2000000000", "not a list of detection heads")]
    [DataRow("gaussian", "mlnetvision.gaussian-yolo", "\"classes\":2", "\"classes\":3", "expected a grid")]
    [DataRow("gaussian", "mlnetvision.gaussian-yolo", "\"scaleXY\":1", "\"scaleXY\":0", "scale_x_y")]
    [DataRow("gaussian", "mlnetvision.gaussian-yolo", "[{", "[null,{", "not a list of detection heads")]
    [DataRow("v1", "mlnetvision.yolo-v1", "\"side\":4", "\"side\":40000", "expected 40000 × 40000 cells")]
    [DataRow("v1", "mlnetvision.yolo-v1", "\"side\":4,", "", "side")]
    [DataRow("tree", "mlnetvision.yolo-tree", "[-1,-1,0", "[-1,5,0", "Class 1 of the hierarchy has the parent 5")]
    [DataRow("tree", "mlnetvision.yolo-tree", "\"hierarchyThreshold\":0.5", "\"hierarchyThreshold\":5", "hierarchy threshold 5")]
    [DataRow("tree", "mlnetvision.yolo-tree", "\"parents\":[", "\"parents\":[-1,", "12 classes")]
    public void Load_DamagedMetadata_IsOneClearError(string kind, string key, string good, string bad, string expected)
    {
        using var network = Create(kind);
        var model = network.Open();
        StringAssert.Contains(model.Metadata[key], good);
        model.Metadata[key] = model.Metadata[key]!.Replace(good, bad, StringComparison.Ordinal);

        var error = Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(model));

        StringAssert.Contains(error.Message, expected);
    }

    private static HeadNetwork Create(string kind) => kind switch
    {
        "gaussian" => HeadNetwork.Convolution(3 * 11, $"[Gaussian_yolo]\nclasses=2\n{Anchors}\nscale_x_y=1"),
        "v1" => HeadNetwork.Convolution(13, "[maxpool]\nstride_x=2\nstride_y=1\nsize=2\n[detection]\ncoords=4\nside=4\nnum=2\nclasses=3\nsqrt=1"),
        "v1 softmax" => HeadNetwork.Convolution(13, "[maxpool]\nstride_x=2\nstride_y=1\nsize=2\n[detection]\ncoords=4\nside=4\nnum=2\nclasses=3\nsoftmax=1"),
        _ => Tree(),
    };

    /// <summary>The <c>.tree</c> lies beside the network, where its name is found.</summary>
    private static HeadNetwork Tree(Grid? grid = null)
    {
        var head = $"[region]\nclasses={TestTree.Count}\nnum=2\nanchors=.7,1.3, 2,1\nsoftmax=1\ntree=data/own.tree\nmap=data/own.map";
        var network = grid is null ? HeadNetwork.Convolution(2 * (5 + TestTree.Count), head) : HeadNetwork.Bare(grid, head);
        File.WriteAllText(Path.Combine(network.Folder, "own.tree"), TestTree.Text);
        return network;
    }

    private static BoundingBox[] Boxes(IEnumerable<MlNetVision.Detection.Detection> found) => [.. found.Select(d => d.Box)];

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class FoundRow
    {
        [DetectionListType]
        public DetectionList? Detections { get; set; }
    }

    private sealed class StandaloneRow
    {
        public float[] Boxes { get; set; } = [];

        public float[] Scores { get; set; } = [];
    }
}
