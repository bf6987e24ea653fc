using System.Text.Json.Nodes;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Cli.Tests.Detect;

[TestClass]
public sealed class DetectCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public DetectCommandTests() => _model = TinyDetector.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Detect_JsonOnStandardOutput_HasTheContractsShapeAndNothingElse()
    {
        var image = _folder.Write("é b.png", Images.RedPng());
        var result = await Cli.RunAsync("detect", image, "-m", _model, "--json");
        result.AssertCode(ExitCode.Done);
        var line = JsonNode.Parse(result.Lines.Single())!.AsObject();
        CollectionAssert.AreEqual(new[] { "image", "width", "height", "detections" }, line.Select(p => p.Key).ToArray());
        StringAssert.Contains(result.Out, "é b.png"); // readable, not \u00e9
        Assert.AreEqual(image, (string?)line["image"]);
        Assert.AreEqual(64, (int)line["width"]!);
        var found = line["detections"]!.AsArray().Single()!.AsObject();
        CollectionAssert.AreEqual(new[] { "label", "classIndex", "score", "box" }, found.Select(p => p.Key).ToArray());
        Assert.AreEqual("red", (string?)found["label"]);
        Assert.AreEqual(0, (int)found["classIndex"]!);
        Assert.AreEqual(1.0, (double)found["score"]!, 1e-3); // σ(20 − 10), nearly
        AssertBox(found["box"]!, 0, 0, 32, 32); // a cell, 16 of 32 network pixels, is half the image
    }

    [TestMethod]
    public async Task Detect_NetworkOf80ClassesWithoutNames_NotesWhoseNamesAreUsed()
    {
        var image = _folder.Write("a.png", Images.RedPng());
        var model = Network("80.onnx", 80);
        var result = await Cli.RunAsync("detect", image, "-m", model, "--json");
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "80.onnx: the model does not name its 80 classes; those of COCO are used.");
        Assert.AreEqual("dog", (string?)JsonNode.Parse(result.Lines.Single())!["detections"]![0]!["label"]);
        var quiet = await Cli.RunAsync("detect", image, "-m", model, "--json", "-q");
        Assert.AreEqual("", quiet.Error);
    }

    [TestMethod]
    [DataRow("auto", true)]
    [DataRow("96x64", false)]
    public async Task Detect_SaveOfASizeThatFits_SaysWhichSizeThePipelineHas(string size, bool isSaid)
    {
        var model = Network("free.onnx", 80, isFree: true);
        var result = await Cli.RunAsync("detect", "-m", model, "--size", size, "--save", _folder["free.zip"]);
        result.AssertCode(ExitCode.Done);
        Assert.AreEqual(isSaid, result.Error.Contains("all images at 96×64", StringComparison.Ordinal), result.Error);
    }

    /// <summary>A YOLO v8 that finds a dog, class 16, in the middle of an input of 96 × 64 or of free size.</summary>
    private string Network(string name, int classes, bool isFree = false)
    {
        const int Boxes = 126; // of 96 × 64 at strides of 8, 16 and 32
        var values = new float[(4 + classes) * Boxes];
        foreach (var (row, value) in new[] { (0, 48f), (1, 32f), (2, 20f), (3, 20f), (4 + 16, 0.75f) }) values[row * Boxes] = value;
        var graph = new GraphWriter("head");
        graph.Input("images", DataType.Float, 1, 3, isFree ? -1 : 64, isFree ? -1 : 96);
        graph.Output("output0", graph.Floats(values, 1, 4 + classes, Boxes), DataType.Float, 1, 4 + classes, Boxes);
        var model = graph.Build(name);
        if (isFree) model.SetImageSize(64, 96);
        return _folder.Write(name, model.ToBytes());
    }

    [TestMethod]
    public async Task Detect_SeveralImages_CountsClassesAndTotalsThem()
    {
        Save("pics/a.png", (0, 0, false), (1, 0, true), (1, 1, false));
        Save("pics/sub/b.png");
        var result = await Cli.RunAsync("detect", _folder["pics"], "-m", _model);
        result.AssertCode(ExitCode.Done);
        Assert.AreEqual($"{_folder["pics"]}/a.png: 2 red, 1 purple", result.Lines[0]);
        Assert.AreEqual($"{_folder["pics"]}/sub/b.png: nothing found", result.Lines[1]);
        Assert.HasCount(2, result.Lines); // one for each image, and nothing else for the next program in the pipe
        StringAssert.Matches(result.Error, new(@"class +objects +images +mean score"));
        StringAssert.Matches(result.Error, new(@"red +2 +1 +1\.00"));
        StringAssert.Matches(result.Error, new(@"all +3 +2"));
    }

    [TestMethod]
    public async Task Detect_OutputFolder_KeepsTheTreeAndLeavesInputsAlone()
    {
        var first = Save("pics/a.jpg", (0, 0, false));
        var second = Save("pics/sub/a.png", (0, 0, false));
        var before = (File.ReadAllBytes(first), File.ReadAllBytes(second));
        var result = await Cli.RunAsync("detect", _folder["pics"], "-m", _model, "-o", _folder["out"]);
        result.AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(before.Item1, File.ReadAllBytes(first));
        CollectionAssert.AreEqual(before.Item2, File.ReadAllBytes(second));
        CollectionAssert.AreEquivalent(new[] { "a.jpg", "sub/a.png" }, FilesIn("out"));
        using var drawn = RgbImage.Load(_folder["out/a.jpg"]);
        Assert.AreEqual(64, drawn.Width);
        StringAssert.Contains(result.Lines[0], $" -> {_folder["out/a.jpg"]}");
    }

    [TestMethod]
    public async Task Detect_JsonWithOutputFolder_NamesTheDrawnFile()
    {
        var result = await Cli.RunAsync("detect", Save("a.png", (0, 0, false)), "-m", _model, "-o", _folder["out"], "--json");
        result.AssertCode(ExitCode.Done);
        var line = JsonNode.Parse(result.Lines.Single())!.AsObject();
        CollectionAssert.AreEqual(new[] { "image", "width", "height", "detections", "output" }, line.Select(p => p.Key).ToArray());
        Assert.AreEqual(_folder["out/a.png"], (string?)line["output"]);
        Assert.IsTrue(File.Exists(_folder["out/a.png"]));
    }

    [TestMethod]
    public async Task Detect_OutputOfAFormatThatIsNotWritten_IsPng()
    {
        // One red pixel.
        var gif = Convert.FromHexString("47494638396101000100800000FF000000000021F90400000000002C00000000010001000002024401003B");
        (await Cli.RunAsync("detect", _folder.Write("@a.gif", gif), "-m", _model, "-o", _folder["out"])).AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(new[] { "@a.png" }, FilesIn("out"));
    }

    [TestMethod]
    public async Task Detect_OutputIntoTheInputsFolder_OverwritesNoInput()
    {
        var input = Save("pics/a.png", (0, 0, false));
        var before = File.ReadAllBytes(input);
        (await Cli.RunAsync("detect", input, "-m", _model, "-o", _folder["pics"])).AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(input));
        CollectionAssert.AreEquivalent(new[] { "a.png", "a-2.png" }, FilesIn("pics"));
    }

    [TestMethod]
    public async Task Detect_WithoutOutputFolder_WritesOnlyWhatJsonAsksFor()
    {
        var input = Save("pics/a.png", (0, 0, false));
        (await Cli.RunAsync("detect", input, "-m", _model)).AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(new[] { "a.png" }, FilesIn("pics"));
        var result = await Cli.RunAsync("detect", input, "-m", _model, "--json", _folder["pics/found.jsonl"]);
        result.AssertCode(ExitCode.Done);
        CollectionAssert.AreEquivalent(new[] { "a.png", "found.jsonl" }, FilesIn("pics"));
        StringAssert.Contains(result.Out, "1 red"); // for people, as JSON went to the file
        Assert.HasCount(1, await File.ReadAllLinesAsync(_folder["pics/found.jsonl"]));
    }

    [TestMethod]
    public async Task Detect_ImageOnStandardInput_TakesItsPlaceAmongTheOthers()
    {
        var (a, b) = (Save("a.png", (0, 0, false)), Save("b.png", (0, 0, true)));
        using var input = new MemoryStream(Images.RedPng(32, 32));
        var result = await Cli.RunAsync(input, CancellationToken.None, "detect", a, "-", b, "-m", _model, "--json", "-o", _folder["out"]);
        result.AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(new[] { a, "-", b }, result.Lines.Select(l => (string?)JsonNode.Parse(l)!["image"]).ToArray());
        CollectionAssert.AreEquivalent(new[] { "a.png", "b.png", "stdin.png" }, FilesIn("out"));
    }

    [TestMethod]
    public async Task Detect_FailedImagesAmongGoodOnes_AreReportedInTheirPlaces()
    {
        var (a, c) = (Save("a.png", (0, 0, false)), Save("c.png", (0, 0, false)));
        var b = _folder.Write("b.jpg", "no image"u8);
        var result = await Cli.RunAsync("detect", a, b, _folder["missing.jpg"], c, "-m", _model, "--json");
        result.AssertCode(ExitCode.Failed);
        var lines = result.Lines.Select(l => JsonNode.Parse(l)!.AsObject()).ToArray();
        CollectionAssert.AreEqual(new[] { a, b, _folder["missing.jpg"], c }, lines.Select(l => (string?)l["image"]).ToArray());
        foreach (var failed in lines[1..3]) CollectionAssert.AreEqual(new[] { "image", "error" }, failed.Select(p => p.Key).ToArray());
        Assert.IsNotNull(lines[3]["detections"]);
        StringAssert.Contains(result.Error, "b.jpg");
    }

    [TestMethod]
    [DataRow("--confidence 1", 0)]
    [DataRow("--classes purple", 1)]
    [DataRow("--classes red,purple", 3)]
    [DataRow("--classes red --classes PURPLE", 3)]
    [DataRow("--limit 2", 2)]
    [DataRow("--nms soft-linear", 3)]
    [DataRow("--nms soft-gaussian --agnostic", 3)]
    [DataRow("--iou 0.1 --threads 1", 3)]
    [DataRow("--resize stretch --preprocess unit", 3)]
    public async Task Detect_Option_HasItsEffect(string options, int expected)
    {
        var input = Save("a.png", (0, 0, false), (1, 0, true), (1, 1, false));
        var result = await Cli.RunAsync(["detect", input, "-m", _model, "--json", .. options.Split(' ')]);
        result.AssertCode(ExitCode.Done);
        Assert.HasCount(expected, JsonNode.Parse(result.Out)!["detections"]!.AsArray());
    }

    [TestMethod]
    [DataRow("stretch", 0f, 64f)] // the left half of 128×64 pixels is the network's left half
    [DataRow("crop", 32f, 64f)] // the middle 64×64 pixels are seen
    public async Task Detect_WideImage_IsMappedBackByTheResizeMode(string mode, float left, float right)
    {
        var input = _folder["wide.png"];
        using (var image = Images.Quarters(128, 64, (0, 0, false), (0, 1, false))) image.Save(input);
        var result = await Cli.RunAsync("detect", input, "-m", _model, "--json", "--resize", mode);
        result.AssertCode(ExitCode.Done);
        var box = JsonNode.Parse(result.Out)!["detections"]!.AsArray().MinBy(d => (float)d!["box"]!["top"]!)!["box"]!;
        Assert.AreEqual(left, (float)box["left"]!, 0.1f);
        Assert.AreEqual(right, (float)box["right"]!, 0.1f);
    }

    [TestMethod]
    public async Task Detect_Saved_GivesTheSameAnswersFromTheZip()
    {
        var input = Save("a.png", (0, 0, false), (1, 0, true));
        var first = await Cli.RunAsync("detect", input, "-m", _model, "--json", "--save", _folder["tiny.zip"], "--classes", "purple");
        first.AssertCode(ExitCode.Done);
        var second = await Cli.RunAsync("detect", input, "-m", _folder["tiny.zip"], "--json");
        second.AssertCode(ExitCode.Done);
        Assert.AreEqual(first.Out, second.Out);
        StringAssert.Contains(first.Out, "purple");
    }

    [TestMethod]
    public async Task Detect_SavedStandalone_GivesTheSameAnswersFromTheZip()
    {
        var input = Save("a.png", (0, 0, false), (1, 0, true));
        var first = await Cli.RunAsync("detect", input, "-m", _model, "--json", "--save", _folder["tiny.zip"], "--standalone", "--classes", "purple");
        first.AssertCode(ExitCode.Done);
        using (var zip = System.IO.Compression.ZipFile.OpenRead(_folder["tiny.zip"])) Assert.IsNotNull(zip.GetEntry("mlnetvision/card.md"));
        var second = await Cli.RunAsync("detect", input, "-m", _folder["tiny.zip"], "--json");
        second.AssertCode(ExitCode.Done);
        Assert.AreEqual(first.Out, second.Out);
    }

    [TestMethod]
    [DataRow("--standalone", "--save")]
    [DataRow("--standalone --nms soft-linear --save {folder}/tiny.zip", "SoftLinear")]
    public async Task Detect_StandaloneThatCannotBe_FailsWithCodeTwoAndWritesNothing(string options, string reason)
    {
        var result = await Cli.RunAsync(
            ["detect", Save("a.png"), "-m", _model, .. options.Replace("{folder}", _folder.Path, StringComparison.Ordinal).Split(' ')]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, reason);
        Assert.IsFalse(File.Exists(_folder["tiny.zip"]));
    }

    [TestMethod]
    [DataRow("", 2)] // red ones are not wanted, as saved
    [DataRow("--limit 1", 1)]
    [DataRow("--classes red,purple", 3)]
    [DataRow("--confidence 1", 0)]
    public async Task Detect_ZipWithOptions_KeepsWhatWasSavedWhereNothingElseIsSaid(string options, int expected)
    {
        var input = Save("a.png", (0, 0, false), (1, 0, true), (1, 1, true));
        (await Cli.RunAsync("detect", "-m", _model, "--save", _folder["tiny.zip"], "--classes", "purple")).AssertCode(ExitCode.Done);
        var result = await Cli.RunAsync(["detect", input, "-m", _folder["tiny.zip"], "--json", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        result.AssertCode(ExitCode.Done);
        Assert.HasCount(expected, JsonNode.Parse(result.Out)!["detections"]!.AsArray());
    }

    [TestMethod]
    public async Task Detect_VerbosityDebug_TellsTheSettingsOnStandardError()
    {
        var result = await Cli.RunAsync("detect", Save("a.png"), "-m", _model, "--json", "--verbosity", "debug");
        result.AssertCode(ExitCode.Done);
        Assert.HasCount(1, result.Lines);
        StringAssert.Contains(result.Error, "Letterbox");
    }

    [TestMethod]
    public async Task Detect_Interrupted_KeepsTheLinesThatWereDone()
    {
        var inputs = Enumerable.Range(0, 50).Select(i => Save($"pics/{i:00}.png", (0, 0, false))).ToArray();
        using var stop = new CancellationTokenSource();
        using var output = new CancellingWriter(stop, afterLines: 3);
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(
            ["detect", .. inputs, "-m", _model, "--json", _folder["found.jsonl"]], new(output, error, Stream.Null), stop.Token);
        Assert.AreEqual(ExitCode.Interrupted, code, error.ToString());
        var lines = await File.ReadAllLinesAsync(_folder["found.jsonl"], CancellationToken.None);
        Assert.IsTrue(lines.Length is >= 3 and < 50, $"{lines.Length} lines");
        foreach (var line in lines) Assert.IsNotNull(JsonNode.Parse(line)!["detections"]);
        Assert.IsEmpty(Directory.GetFiles(_folder.Path, "*.partial"));
    }

    [TestMethod]
    public async Task Detect_FileWhoseNameStartsWithAt_IsAnImageAndNoResponseFile()
    {
        var result = await Cli.RunAsync("detect", "@list.jpg", "-m", _model, "--json");
        result.AssertCode(ExitCode.Failed);
        StringAssert.Contains(result.Out, "\"image\":\"@list.jpg\"");
    }

    [TestMethod]
    public async Task Detect_QuietWithProblems_StillReportsErrors()
    {
        var result = await Cli.RunAsync("detect", _folder["none.jpg"], "-m", _model, "--quiet", "--json", _folder["f.jsonl"]);
        result.AssertCode(ExitCode.Failed);
        StringAssert.Contains(result.Error, "none.jpg");
        Assert.DoesNotContain("JSON:", result.Error);
    }

    private static void AssertBox(JsonNode box, params float[] expected)
    {
        string[] edges = ["left", "top", "right", "bottom"];
        CollectionAssert.AreEqual(edges, box.AsObject().Select(p => p.Key).ToArray());
        for (var i = 0; i < edges.Length; i++) Assert.AreEqual(expected[i], (float)box[edges[i]]!, 1e-3f, edges[i]);
    }

    private string Save(string name, params (int Column, int Row, bool Purple)[] quarters)
    {
        using var image = Images.Quarters(64, 64, quarters);
        image.Save(_folder[name]);
        return _folder[name];
    }

    private string[] FilesIn(string folder) =>
        [.. Directory.GetFiles(_folder[folder], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder[folder], f))];

    /// <summary>Presses Ctrl-C after some lines of results.</summary>
    private sealed class CancellingWriter(CancellationTokenSource stop, int afterLines) : StringWriter
    {
        private int _lines;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (++_lines == afterLines) stop.Cancel();
        }
    }
}
