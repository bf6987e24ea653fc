using System.Text.Json.Nodes;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Tests.Segment;

[TestClass]
public sealed class SegmentCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public SegmentCommandTests() => _model = TinySegmenter.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Segment_JsonOnStandardOutput_HasTheContractsShapeAndNothingElse()
    {
        var image = _folder.Write("é b.png", Images.RedPng());
        var result = await Cli.RunAsync("segment", image, "-m", _model, "--json");
        result.AssertCode(ExitCode.Done);
        Assert.AreEqual("", result.Error);
        var line = JsonNode.Parse(result.Lines.Single())!.AsObject();
        CollectionAssert.AreEqual(new[] { "image", "width", "height", "classes" }, line.Select(p => p.Key).ToArray());
        Assert.AreEqual(image, (string?)line["image"]);
        Assert.AreEqual((64, 64), ((int)line["width"]!, (int)line["height"]!));
        var classes = line["classes"]!.AsArray();
        CollectionAssert.AreEqual(new[] { "index", "label", "pixels", "fraction" }, classes[0]!.AsObject().Select(p => p.Key).ToArray());
        AssertShares(line, ("background", 0, 3072), ("red", 1, 1024)); // the blue that is not there is not listed
        Assert.AreEqual(0.75, (double)classes[0]!["fraction"]!);
    }

    [TestMethod]
    public async Task Segment_JsonWithOutputFolder_NamesTheFiles()
    {
        var result = await Cli.RunAsync("segment", Save("a.png", (0, 0, false)), "-m", _model, "-o", _folder["out"], "--json");
        result.AssertCode(ExitCode.Done);
        var outputs = JsonNode.Parse(result.Lines.Single())!["outputs"]!.AsArray().Select(o => (string)o!).ToArray();
        CollectionAssert.AreEqual(new[] { _folder["out/a.overlay.png"], _folder["out/a.mask.png"] }, outputs);
    }

    [TestMethod]
    public async Task Segment_SeveralImages_ListsSharesAndTotalsThem()
    {
        var result = await Cli.RunAsync("segment", Save("a.png", (0, 0, false)), Save("b.png", (0, 0, true), (1, 0, true), (0, 1, false)), "-m", _model);
        result.AssertCode(ExitCode.Done);
        StringAssert.EndsWith(result.Lines[0], "a.png: background 75.0 %, red 25.0 %");
        StringAssert.EndsWith(result.Lines[1], "b.png: blue 50.0 %, background 25.0 %, red 25.0 %");
        StringAssert.Matches(result.Error, new(@"background +2 +50\.0 %\nred +2 +25\.0 %\nblue +1 +25\.0 %\nall +2 +100\.0 %"));
    }

    [TestMethod]
    public async Task Segment_OutputFolder_GetsOverlayAndMaskBesideNoInput()
    {
        Save("in/a.jpg", (0, 0, false));
        Save("in/sub/a.png", (1, 1, true));
        var before = await File.ReadAllBytesAsync(_folder["in/sub/a.png"]);
        (await Cli.RunAsync("segment", _folder["in"], "-m", _model, "-o", _folder["in"])).AssertCode(ExitCode.Failed); // its own output: left out
        (await Cli.RunAsync("segment", _folder["in"], "-m", _model, "-o", _folder["out"])).AssertCode(ExitCode.Done);
        CollectionAssert.AreEquivalent(
            new[] { "a.overlay.png", "a.mask.png", "sub/a.overlay.png", "sub/a.mask.png" },
            Directory.GetFiles(_folder["out"], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder["out"], f)).ToArray());
        CollectionAssert.AreEqual(before, await File.ReadAllBytesAsync(_folder["in/sub/a.png"]));

        var mask = MaskPng.Load(_folder["out/sub/a.mask.png"]);
        Assert.AreEqual((64, 64), (mask.Width, mask.Height));
        Assert.AreEqual((0, 0, 2), (mask[0, 0], mask[31, 32], mask[32, 32]));
        using var overlay = RgbImage.Load(_folder["out/sub/a.overlay.png"]);
        Assert.IsGreaterThan(64, overlay.Height); // the legend stands below
    }

    [TestMethod]
    [DataRow("--opacity 0", 255, 0, 0)]
    [DataRow("--opacity 1", 128, 0, 0)] // VOC's class 1
    [DataRow("--opacity 1 --palette camvid", 128, 0, 0)]
    [DataRow("--opacity 1 --palette {f}/colours.txt", 1, 2, 3)]
    [DataRow("--contours --opacity 0 --palette {f}/colours.txt", 1, 2, 3)]
    public async Task Segment_DrawingOption_HasItsEffect(string options, int red, int green, int blue)
    {
        _folder.Write("colours.txt", "#000000 nothing\n#010203 red\n#ffffff blue\n"u8);
        var words = options.Replace("{f}", _folder.Path, StringComparison.Ordinal).Split(' ');
        (await Cli.RunAsync(["segment", Save("a.png", (0, 0, false)), "-m", _model, "-o", _folder["out"], "--no-legend", .. words])).AssertCode(ExitCode.Done);
        using var overlay = RgbImage.Load(_folder["out/a.overlay.png"]);
        var at = 4 * ((16 * 64) + 31); // on the edge of what is red
        Assert.AreEqual((red, green, blue), (overlay.Pixels[at], overlay.Pixels[at + 1], overlay.Pixels[at + 2]));
    }

    [TestMethod]
    public async Task Segment_ImageOnStandardInput_TakesItsPlaceAmongTheOthers()
    {
        using var input = new MemoryStream(Images.RedPng());
        var result = await Cli.RunAsync(input, CancellationToken.None, "segment", _folder["none.png"], "-", Save("b.png"), "-m", _model, "--json", "-o", _folder["out"]);
        result.AssertCode(ExitCode.Failed);
        var lines = result.Lines.Select(l => JsonNode.Parse(l)!).ToList();
        Assert.IsNotNull(lines[0]["error"]);
        Assert.AreEqual("-", (string?)lines[1]["image"]);
        AssertShares(lines[1], ("background", 0, 3072), ("red", 1, 1024));
        AssertShares(lines[2], ("background", 0, 4096));
        Assert.IsTrue(File.Exists(_folder["out/stdin.mask.png"]));
    }

    [TestMethod]
    public async Task Segment_Saved_GivesTheSameAnswersFromTheZip()
    {
        var image = Save("a.png", (0, 0, false), (1, 1, true));
        (await Cli.RunAsync("segment", "-m", _model, "--save", _folder["tiny.zip"])).AssertCode(ExitCode.Done);
        var fromOnnx = await Cli.RunAsync("segment", image, "-m", _model, "--json");
        var fromZip = await Cli.RunAsync("segment", image, "-m", _folder["tiny.zip"], "--json");
        fromZip.AssertCode(ExitCode.Done);
        Assert.AreEqual(fromOnnx.Out, fromZip.Out);
        Assert.AreEqual("", fromZip.Error);
    }

    [TestMethod]
    public async Task Segment_MeansAndDeviations_AsThePresetAlsoWhenSaved()
    {
        var model = TinySegmenter.Write(_folder, "bare.onnx", isDescribed: false);
        string[] words = ["segment", Save("a.png", (0, 0, false), (1, 1, true)), "-m", model, "--json", "--quiet"];
        var preset = await Cli.RunAsync([.. words, "--preprocess", "unit"]);
        var numbers = await Cli.RunAsync([.. words, "--preprocess", "rgb:0,0,0:255,255,255", "--save", _folder["bare.zip"]]);
        numbers.AssertCode(ExitCode.Done);
        Assert.AreEqual(preset.Out, numbers.Out);
        words[3] = _folder["bare.zip"];
        Assert.AreEqual(preset.Out, (await Cli.RunAsync(words)).Out);
        var bad = await Cli.RunAsync([.. words, "--preprocess", "rgb:0,0,0:255"]);
        bad.AssertCode(ExitCode.Usage);
        StringAssert.Contains(bad.Error, "--preprocess 'rgb:0,0,0:255': ");
    }

    [TestMethod]
    public async Task Segment_ModelThatSaysNothing_NotesTheConventionsTaken()
    {
        var model = TinySegmenter.Write(_folder, "bare.onnx", isDescribed: false);
        var result = await Cli.RunAsync("segment", Save("a.png"), "-m", model, "--json");
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "names no classes");
        StringAssert.Contains(result.Error, "'imagenet' is used");

        var labels = _folder.Write("labels.txt", "nothing\nrot\nblau\n"u8);
        var told = await Cli.RunAsync("segment", Save("b.png", (0, 0, false)), "-m", model, "--json", "--preprocess", "unit", "--labels", labels, "--form", "scores-nchw", "--output-name", "scores");
        told.AssertCode(ExitCode.Done);
        Assert.AreEqual("", told.Error);
        AssertShares(JsonNode.Parse(told.Out)!, ("nothing", 0, 3072), ("rot", 1, 1024));
    }

    [TestMethod]
    [DataRow("--upsampling classes")]
    [DataRow("--resize letterbox")]
    [DataRow("--windows --threads 1")]
    public async Task Segment_ImageLargerThanTheNetwork_KeepsItsQuarters(string options)
    {
        using var image = Images.Quarters(256, 256, (0, 0, false));
        image.Save(_folder["large.png"]);
        var result = await Cli.RunAsync(["segment", _folder["large.png"], "-m", _model, .. options.Split(' ')]);
        result.AssertCode(ExitCode.Done);
        StringAssert.EndsWith(result.Lines[0], ": background 75.0 %, red 25.0 %");
    }

    [TestMethod]
    [DataRow("truncated.jpg")]
    [DataRow("text.jpg")]
    [DataRow("empty.jpg")]
    [DataRow("huge.png")]
    [DataRow("missing.jpg")]
    public async Task Segment_BadImage_FailsWithCodeOneAndWritesNothingOfIt(string name)
    {
        _folder.Write("truncated.jpg", Images.TruncatedJpeg());
        _folder.Write("text.jpg", "hello, I am a text file"u8);
        _folder.Write("empty.jpg");
        _folder.Write("huge.png", Images.PngHeader(30_000, 30_000));
        var result = await Cli.RunAsync("segment", _folder[name], Save("good.png"), "-m", _model, "--json", "-o", _folder["out"], "--cutout");
        result.AssertCode(ExitCode.Failed);
        Assert.AreEqual(_folder[name], (string?)JsonNode.Parse(result.Lines[0])!["image"]);
        Assert.IsNotNull(JsonNode.Parse(result.Lines[0])!["error"]);
        AssertShares(JsonNode.Parse(result.Lines[1])!, ("background", 0, 4096));
        StringAssert.Contains(result.Error, name);
        Assert.HasCount(3, Directory.GetFiles(_folder["out"]));
    }

    [TestMethod]
    [DataRow("text.onnx", "not an ONNX model")]
    [DataRow("missing.onnx", "missing.onnx")]
    [DataRow("labels", "2 classes")]
    [DataRow("blood-cells", "blood-cells")]
    public async Task Segment_BadModel_FailsWithCodeThreeAndTheReason(string name, string reason)
    {
        _folder.Write("text.onnx", "this is no network"u8);
        _folder.Write("labels.txt", "a\nb\n"u8);
        var model = Path.HasExtension(name) ? _folder[name] : name == "labels" ? _model : name;
        var result = await Cli.RunAsync(["segment", Save("a.png"), "-m", model, "--json", .. name == "labels" ? new[] { "--labels", _folder["labels.txt"] } : []]);
        result.AssertCode(ExitCode.BadModelOrData);
        Assert.AreEqual("", result.Out);
        StringAssert.Contains(result.Error, reason);
        Assert.HasCount(1, result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), result.Error);
    }

    [TestMethod]
    public async Task Segment_ClassMapBeyondTheLabels_IsThatImagesErrorAndNamesTheModel()
    {
        var model = TinySegmenter.WriteClassMap(_folder);
        var fitting = await Cli.RunAsync("segment", Save("a.png", (0, 0, false), (1, 1, true)), "-m", model, "--json");
        fitting.AssertCode(ExitCode.Done);
        AssertShares(JsonNode.Parse(fitting.Out)!, ("background", 0, 2048), ("red", 1, 1024), ("blue", 2, 1024));

        using var white = new RgbImage(64, 64);
        white.Pixels.Fill(255);
        white.Save(_folder["white.png"]);
        var beyond = await Cli.RunAsync("segment", _folder["white.png"], "-m", model, "--json", "-o", _folder["out"]);
        beyond.AssertCode(ExitCode.Failed);
        StringAssert.Contains((string?)JsonNode.Parse(beyond.Out)!["error"], "white.png: ");
        StringAssert.Contains(beyond.Error, "map.onnx: the class map holds 3");
        StringAssert.Contains(beyond.Error, "3 classes 0 to 2");
    }

    [TestMethod]
    [DataRow("detect", "streets", "segment")]
    [DataRow("segment", "blood-cells", "detect")]
    [DataRow("detect", "{f}/saved.zip", "segment")]
    [DataRow("segment", "{f}/cells.zip", "detect")]
    [DataRow("segment", "{f}/petals.onnx", "classify")]
    [DataRow("classify", "{f}/saved.zip", "segment")]
    [DataRow("classify", "blood-cells", "detect")]
    [DataRow("stylize", "streets", "segment")]
    public async Task Command_ModelOfAnotherTask_NamesTheCommandThatTakesIt(string command, string model, string other)
    {
        (await Cli.RunAsync("segment", "-m", _model, "--save", _folder["saved.zip"])).AssertCode(ExitCode.Done);
        (await Cli.RunAsync("detect", "-m", TinyDetector.Write(_folder, "cells"), "--save", _folder["cells.zip"])).AssertCode(ExitCode.Done);
        var petals = Onnx.OnnxModel.Load(_model);
        petals.Metadata[MlNetVision.Models.VisionMetadata.TaskKey] = "classify";
        petals.Save(_folder["petals.onnx"]);
        var result = await Cli.RunAsync([command, Save("a.png"), "-m", model.Replace("{f}", _folder.Path, StringComparison.Ordinal), "--json"]);
        result.AssertCode(ExitCode.BadModelOrData);
        Assert.AreEqual("", result.Out);
        StringAssert.Contains(result.Error, $"use `mlnetvision {other}`");
        StringAssert.Contains(result.Error, Path.GetFileName(model));
        Assert.HasCount(1, result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), result.Error);
    }

    /// <summary>Matting networks such as MODNet are exported so.</summary>
    [TestMethod]
    [DataRow("segment")]
    [DataRow("classify")]
    public async Task Command_NetworkOfFreeSize_AsksForItAndTakesIt(string command)
    {
        var graph = new GraphWriter("free");
        var input = graph.Input("image", TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        if (command == "segment") graph.Output("scores", graph[graph.Node("Identity", null, [input])], TensorProto.Types.DataType.Float, 1, 3, -1, -1);
        else graph.Output("scores", graph[graph.Node("GlobalAveragePool", null, [input])], TensorProto.Types.DataType.Float, 1, 3, 1, 1);
        graph.Build().Save(_folder["free.onnx"]);
        string[] args = [command, Save("a.png"), "-m", _folder["free.onnx"], "--preprocess", "unit"];

        var error = await Cli.RunAsync(args);
        error.AssertCode(ExitCode.BadModelOrData);
        foreach (var part in new[] { "free.onnx", "imgsz", "--size" }) StringAssert.Contains(error.Error, part);
        (await Cli.RunAsync([.. args, "--size", "48x32"])).AssertCode(ExitCode.Done);
        (await Cli.RunAsync([.. args, "--size", "small"])).AssertCode(ExitCode.Usage);
    }

    [TestMethod]
    public async Task Segment_ImageBeyondTheMegapixels_IsRefused()
    {
        var result = await Cli.RunAsync("segment", Save("a.png"), "-m", _model, "--max-megapixels", "0.001");
        result.AssertCode(ExitCode.Failed);
        StringAssert.Contains(result.Error, "a.png");
    }

    private static void AssertShares(JsonNode line, params (string Label, int Index, int Pixels)[] expected) => CollectionAssert.AreEqual(
        expected, line["classes"]!.AsArray().Select(c => ((string)c!["label"]!, (int)c["index"]!, (int)c["pixels"]!)).ToArray());

    private string Save(string name, params (int Column, int Row, bool Purple)[] quarters)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        using var image = Images.Quarters(64, 64, quarters);
        image.Save(_folder[name]);
        return _folder[name];
    }
}
