using System.Text.Json;
using Microsoft.ML;
using MlNetVision.Detection;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import;
using MlNetVision.Tests.Imaging;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Tests.Detection.Heads;

/// <summary>
/// A head from outside the library, in one file and with one registration: an output of rows, each left, top, right, bottom, score, class. It goes the way of
/// all heads: detector, saved pipeline, standalone model.
/// </summary>
[TestClass]
public sealed class ToyHeadTests
{
    private const string Key = "toy.rows";
    private const string FaultKey = "toy.fault";

    [ClassInitialize]
    public static void Register(TestContext context) => DetectionHeads.Register(new DetectionHeadFormat("toy-rows",
        model => model.Metadata[FaultKey] is { } fault ? FaultyHead.Read(fault)
            : model.Metadata[Key] is { } output ? [new ToyHead(output, 2)] : null,
        json => json.Contains("Fault", StringComparison.Ordinal) ? FaultyHead.From(json) : JsonSerializer.Deserialize<ToyHead>(json)!)
    {
        Write = (model, heads) => model.Metadata[Key] = heads.Single().Outputs[0],
        FromCatalogue = (json, labels) => _ => new ToyHead(json.GetProperty("output").GetString()!, labels.Count),
        FromImport = (_, output) => output.Kind == "toy" ? new ToyHead(output.Output, 2) : null,
    });

    [TestMethod]
    public void Detect_ToyNetwork_GivesItsRows()
    {
        using var detector = ObjectDetector.Load(Network(), new() { Resize = ResizeMode.Stretch });
        using var image = TestImages.Solid(80, 40, new RgbColor(255, 204, 0));

        var found = detector.Detect(image).Detections;

        // Rows are in the network's 8×8 pixels, the image is 10 times as wide and 5 times as high.
        Assert.AreEqual(("cat", 0, 1f, new BoundingBox(10, 5, 40, 20)), (found[0].Label, found[0].ClassIndex, found[0].Score, found[0].Box));
        CollectionAssert.AreEqual(new[] { 1f, 1f }, found[0].Extra.ToArray(), "what the head gives beside the box");
        Assert.AreEqual(("dog", new BoundingBox(50, 10, 80, 40)), (found[1].Label, found[1].Box));
        Assert.AreEqual(0.8f, found[1].Score, 1e-6);
        Assert.HasCount(2, found);
    }

    [TestMethod]
    public void Detect_OptionsOfDetection_Hold()
    {
        using var detector = ObjectDetector.Load(Network(), new() { Detection = new() { Confidence = 0.5f, Classes = ["dog"] } });
        using var image = TestImages.Solid(8, 8, new RgbColor(255, 255, 0));
        Assert.AreEqual("dog", detector.Detect(image).Detections.Single().Label);
    }

    [TestMethod]
    public void SaveZip_ToyNetwork_AnswersAsBeforeByBothApis()
    {
        using var zip = new TemporaryFile(".zip");
        using var file = new TemporaryFile(".png");
        using var image = TestImages.Solid(80, 40, new RgbColor(255, 204, 0));
        image.Save(file.Path);
        using var detector = ObjectDetector.Load(Network(), new() { Resize = ResizeMode.Stretch });
        var expected = detector.Detect(file.Path).Detections.ToArray();
        detector.SaveZip(zip.Path);

        using var loaded = ObjectDetector.Load(zip.Path);
        CollectionAssert.AreEqual(Boxes(expected), Boxes(loaded.Detect(file.Path).Detections));
        var ml = new MLContext();
        var rows = ml.Model.Load(zip.Path, out _).Transform(ml.Data.LoadFromEnumerable([new Row { ImagePath = file.Path }]));
        CollectionAssert.AreEqual(Boxes(expected), Boxes(ml.Data.CreateEnumerable<Found>(rows, reuseRowObject: false).Single().Detections!));
    }

    [TestMethod]
    public void SaveStandaloneZip_ToyNetwork_HasItsRowsInTheGraph()
    {
        using var zip = new TemporaryFile(".zip");
        using var file = new TemporaryFile(".png");
        using var image = TestImages.Solid(8, 8, new RgbColor(255, 204, 0));
        image.Save(file.Path);
        using (var detector = ObjectDetector.Load(Network(), new() { Resize = ResizeMode.Stretch })) detector.SaveStandaloneZip(zip.Path);

        var ml = new MLContext();
        var rows = ml.Model.Load(zip.Path, out _).Transform(ml.Data.LoadFromEnumerable([new Row { ImagePath = file.Path }]));
        var found = ml.Data.CreateEnumerable<Standalone>(rows, reuseRowObject: false).Single();
        CollectionAssert.AreEqual(new[] { 0, 1 }, found.ClassIndices);
        CollectionAssert.AreEqual(new[] { 1f / 8, 1f / 8, 4f / 8, 4f / 8, 5f / 8, 2f / 8, 1, 1 }, found.Boxes);
        CollectionAssert.AreEqual(new[] { 1f, 0.8f }, found.Scores.Select(s => MathF.Round(s, 6)).ToArray());
    }

    [TestMethod]
    public void Load_LabelsThatDoNotFit_NamesTheOutput()
    {
        var error = Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(Network(), new() { Labels = ["a", "b", "c"] }));
        StringAssert.Contains(error.Message, "3 names");
        StringAssert.Contains(error.Message, "2 classes");
    }

    [TestMethod]
    public void Load_OutputOfAnotherShape_IsRefusedByTheHead()
    {
        var error = Assert.ThrowsExactly<BadModelException>(() => ObjectDetector.Load(Network(columns: 5)));
        StringAssert.Contains(error.Message, "rows of 6");
    }

    [TestMethod]
    public void Apply_CatalogueThatStatesToyRows_WritesThem()
    {
        var model = Network();
        model.Metadata[Key] = null;
        ModelCatalogue.Parse("""
            { "labelSets": { "two": ["cat", "dog"] },
              "models": [ { "name": "toy", "task": "detect", "description": "A test.", "source": "https://example.org/", "license": "MIT",
                "licenseSource": "here", "inputWidth": 8, "inputHeight": 8, "preprocess": "unit", "resize": "letterbox", "labels": "two",
                "head": { "format": "toy-rows", "output": "rows" }, "bundled": true } ] }
            """).Get("toy").Apply(model);
        Assert.AreEqual("rows", DetectionHeads.Of(model)!.Single().Outputs[0]);
    }

    [TestMethod]
    public void Describe_ImportedToyRows_AreItsHead()
    {
        var model = Network();
        model.Metadata[Key] = null;
        DetectionHeads.WriteImported(new ImportedModel(model) { Outputs = [new ImportedOutput("rows", "toy", [])] });
        Assert.AreEqual("rows", DetectionHeads.Of(model)!.Single().Outputs[0]);
    }

    [TestMethod]
    [DataRow("read", "The head format 'toy-rows' fails in Read: InvalidOperationException: oh")]
    [DataRow("read null", "A detection head of the head format 'toy-rows' is null")]
    [DataRow("outputs null", "The detection head 'toy-rows' (FaultyHead) of the head format 'toy-rows' names no outputs")]
    [DataRow("outputs empty", "The detection head 'toy-rows' (FaultyHead) of the head format 'toy-rows' names no outputs")]
    [DataRow("check", "The detection head 'toy-rows' (FaultyHead) of toy.onnx fails in Check: InvalidOperationException: oh")]
    [DataRow("decoder", "The detection head 'toy-rows' (FaultyHead) fails in CreateDecoder: InvalidOperationException: oh")]
    [DataRow("decoder null", "The detection head 'toy-rows' (FaultyHead) returns null from CreateDecoder")]
    [DataRow("decode", "The detection head 'toy-rows' (FaultyHead) fails in Decode: InvalidOperationException: oh")]
    [DataRow("append", "The detection head 'toy-rows' (FaultyHead) fails in Append: InvalidOperationException: oh")]
    [DataRow("append null", "The detection head 'toy-rows' (FaultyHead) returns no tensors from Append")]
    [DataRow("json", "The detection head 'toy-rows' (FaultyHead) fails in ToJson: InvalidOperationException: oh")]
    [DataRow("json null", "The detection head 'toy-rows' (FaultyHead) returns null from ToJson")]
    [DataRow("json empty", "The detection head 'toy-rows' (FaultyHead) returns no JSON from ToJson")]
    [DataRow("from json", "The head format 'toy-rows' fails in FromJson: InvalidOperationException: oh")]
    [DataRow("from json null", "A detection head of the head format 'toy-rows' is null")]
    [DataRow("describe", "The detection head 'toy-rows' (FaultyHead) fails in Describe: InvalidOperationException: oh")]
    [DataRow("describe null", "The detection head 'toy-rows' (FaultyHead) returns null from Describe")]
    public void Head_CodeThatFails_IsOneErrorThatNamesIt(string fault, string expected)
    {
        using var image = TestImages.Solid(8, 8, new RgbColor(255, 204, 0));
        using var zip = new TemporaryFile(".zip");

        var error = Assert.ThrowsExactly<BadModelException>(() =>
        {
            var model = Network();
            model.Metadata[FaultKey] = fault;
            _ = DetectionHeads.Describe(model).ToList();
            using var detector = ObjectDetector.Load(model);
            detector.Detect(image);
            detector.SaveStandaloneZip(zip.Path);
            detector.SaveZip(zip.Path);
            ObjectDetector.Load(zip.Path).Dispose();
        });

        StringAssert.Contains(error.Message, expected);
        if (expected.EndsWith("oh", StringComparison.Ordinal)) Assert.IsInstanceOfType<InvalidOperationException>(error.GetBaseException());
    }

    [TestMethod]
    public void Register_NameThatIsTaken_Throws() =>
        Assert.ThrowsExactly<ArgumentException>(() => DetectionHeads.Register(new DetectionHeadFormat("yolo-grid", _ => null, _ => null!)));

    private static BoundingBox[] Boxes(IEnumerable<MlNetVision.Detection.Detection> found) => [.. found.Select(d => d.Box)];

    /// <summary>Two boxes that stand still; the mean of red is the first one's score, the mean of green the second one's.</summary>
    private static OnnxModel Network(int columns = 6)
    {
        var graph = new GraphWriter("toy");
        var means = graph.Input("image", DataType.Float, 1, 3, 8, 8).Do("GlobalAveragePool").Reshape(1, 3, 1);
        GraphTensor[] parts = [graph.Floats("boxes", [1, 1, 4, 4, 5, 2, 8, 8], 1, 2, 4), means.Slice(0, 2, axis: 1), graph.Floats("classes", [0, 1], 1, 2, 1)];
        graph.Output("rows", graph.Concat(parts[..(columns - 3)], axis: 2), DataType.Float, 1, 2, columns);
        var model = graph.Build("toy.onnx");
        model.SetNames(["cat", "dog"]);
        model.Metadata[Key] = "rows";
        return model;
    }

    internal sealed record ToyHead(string Output, int Classes) : IDetectionHead, IHeadDecoder
    {
        public string Format => "toy-rows";

        public IReadOnlyList<string> Outputs => [Output];

        public void Check(string model, IReadOnlyList<HeadOutput> outputs)
        {
            if (outputs[0].Shape is not [_, _, 6]) throw new BadModelException($"{model}: the output '{Output}' has the shape {string.Join('×', outputs[0].Shape)}; rows of 6 were expected.");
        }

        public IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => this;

        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates)
        {
            foreach (var row in outputs[0].Values.ToArray().Chunk(6))
                if (row[4] >= thresholds.Scores[(int)row[5]]) candidates.Add(new(new BoundingBox(row[0], row[1], row[2], row[3]), (int)row[5], row[4], new[] { row[0], row[4] }));
        }

        public HeadTensors Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight)
        {
            var (rows, count) = (graph[Output], outputs[0].Shape[1]);
            var boxes = rows.Slice(0, 4, axis: 2) * graph.Floats([1f / networkWidth, 1f / networkHeight, 1f / networkWidth, 1f / networkHeight], 1, 1, 4);
            var isClass = rows.Slice(5, 6, axis: 2).Reshape(count, 1).EqualTo(graph.Floats([.. Enumerable.Range(0, Classes).Select(i => (float)i)], 1, Classes));
            return new(boxes, isClass.Where(rows.Slice(4, 5, axis: 2).Reshape(count, 1), 0), count);
        }

        public string Describe(IReadOnlyList<HeadOutput> outputs) => $"{outputs[0].Shape[1]} rows";

        public string ToJson() => JsonSerializer.Serialize(this);
    }

    /// <summary>A toy head whose code fails in one place.</summary>
    private sealed record FaultyHead(string Fault) : IDetectionHead, IHeadDecoder
    {
        private static readonly ToyHead Toy = new("rows", 2);

        public string Format => "toy-rows";

        public IReadOnlyList<string> Outputs => Fault switch { "outputs null" => null!, "outputs empty" => [], _ => Toy.Outputs };

        public int Classes => 2;

        public static IReadOnlyList<IDetectionHead> Read(string fault) => Do<IReadOnlyList<IDetectionHead>>(fault, "read", [new FaultyHead(fault)]) ?? [null!];

        public static IDetectionHead From(string json) =>
            JsonSerializer.Deserialize<FaultyHead>(json)! is var head ? Do<IDetectionHead>(head.Fault, "from json", head)! : null!;

        public void Check(string model, IReadOnlyList<HeadOutput> outputs) => Do(Fault, "check", "");

        public IHeadDecoder CreateDecoder(int networkWidth, int networkHeight) => Do<IHeadDecoder>(Fault, "decoder", this)!;

        public void Decode(IReadOnlyList<HeadValues> outputs, ClassThresholds thresholds, List<DetectionCandidate> candidates) => Do(Fault, "decode", "");

        public HeadTensors Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight) =>
            Do(Fault, "append", "") is null ? default : Toy.Append(graph, outputs, networkWidth, networkHeight);

        public string Describe(IReadOnlyList<HeadOutput> outputs) => Do(Fault, "describe", "faulty")!;

        public string ToJson() => Fault == "json empty" ? "" : Do(Fault, "json", JsonSerializer.Serialize(this))!;

        private static T? Do<T>(string fault, string place, T result) where T : class =>
            fault == place ? throw new InvalidOperationException("oh") : fault == $"{place} null" ? null : result;
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
    }

    private sealed class Found
    {
        [DetectionListType]
        public DetectionList? Detections { get; set; }
    }

    private sealed class Standalone
    {
        public float[] Boxes { get; set; } = [];

        public float[] Scores { get; set; } = [];

        public int[] ClassIndices { get; set; } = [];
    }
}
