using System.Text.Json.Nodes;
using MlNetVision.Imaging;
using MlNetVision.Segmentation;

namespace MlNetVision.Cli.Tests.Evaluate;

/// <summary>Two images of 64×64 whose metrics are worked out by hand, in quarters of an image.</summary>
[TestClass]
public sealed class EvaluateSegmenterCommandTests : IDisposable
{
    private const int Quarter = 32 * 32;

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public EvaluateSegmenterCommandTests()
    {
        _model = TinySegmenter.Write(_folder);
        Add("a", [1, 0, 0, 0], (0, 0, false)); // as it is
        Add("b", [1, 1, 255, 2], (0, 0, false), (1, 1, true)); // one red quarter is not seen, one is ignored
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Evaluate_Json_HasTheContractsMetrics()
    {
        var result = await Cli.RunAsync("evaluate", "segmenter", _folder["images"], _folder["masks"], "-m", _model, "--ignore", "255", "--json");
        result.AssertCode(ExitCode.Done);
        var metrics = JsonNode.Parse(result.Lines.Single())!;
        // background 3 of 3 + 1, red 2 of 3, blue 1 of 1; 6 of 7 quarters are right.
        Assert.AreEqual((0.75 + (2.0 / 3) + 1) / 3, (double)metrics["meanIoU"]!, 1e-9);
        Assert.AreEqual(6.0 / 7, (double)metrics["pixelAccuracy"]!, 1e-9);
        CollectionAssert.AreEqual(TinySegmenter.Labels, metrics["perClass"]!.AsArray().Select(c => (string)c!["label"]!).ToArray());
        Assert.AreEqual(2.0 / 3, (double)metrics["perClass"]![1]!["iou"]!, 1e-9);
    }

    [TestMethod]
    public async Task Evaluate_Text_ShowsEachClassAndWritesTheFiles()
    {
        var result = await Cli.RunAsync("evaluate", "segmenter", _folder["images"], _folder["masks"], "-m", _model, "--ignore", "255",
            "--csv", _folder["c.csv"], "--metrics", _folder["f.csv"], "--image", _folder["c.png"], "--json", _folder["f.json"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Matches(result.Out, new($@"red +{3 * Quarter} +{2 * Quarter} +0\.667"));
        StringAssert.Contains(result.Out, "Mean IoU 0.806, pixel accuracy 0.857");
        Assert.AreEqual(
            $"truth,background,red,blue\nbackground,{3 * Quarter},0,0\nred,{Quarter},{2 * Quarter},0\nblue,0,0,{Quarter}\n", await File.ReadAllTextAsync(_folder["c.csv"]));
        Assert.HasCount(4, await File.ReadAllLinesAsync(_folder["f.csv"]));
        using var drawn = RgbImage.Load(_folder["c.png"]);
        Assert.IsGreaterThan(100, drawn.Width);
        Assert.IsNotNull(JsonNode.Parse(await File.ReadAllTextAsync(_folder["f.json"]))!["meanIoU"]);
    }

    [TestMethod]
    public async Task Evaluate_ImageThatCannotBeRead_IsReportedAndTheRestMeasured()
    {
        _folder.Write("images/b.png", Images.RedPng().AsSpan(0, 60));
        var result = await Cli.RunAsync("evaluate", "segmenter", _folder["images"], _folder["masks"], "-m", _model, "--json");
        result.AssertCode(ExitCode.Failed);
        StringAssert.Contains(result.Error, "b.png");
        Assert.AreEqual(1.0, (double)JsonNode.Parse(result.Out)!["meanIoU"]!);
    }

    [TestMethod]
    [DataRow("size", "32×32", "64×64")]
    [DataRow("index", "255", "out of range")]
    [DataRow("text", "b.png", "PNG")]
    public async Task Evaluate_OneUnusableMask_IsLeftOutUnlessStrict(string kind, params string[] reasons)
    {
        if (kind == "size") SaveMask("b", 32, [0, 0, 0, 0]);
        if (kind == "text") _folder.Write("masks/b.png", "this is no mask"u8);
        string[] args = ["evaluate", "segmenter", _folder["images"], _folder["masks"], "-m", _model, "--json"];
        var result = await Cli.RunAsync(args);
        result.AssertCode(ExitCode.Done);
        foreach (var reason in reasons) StringAssert.Contains(result.Error, reason);
        StringAssert.Contains(result.Error, "1 of 2 images left out: 1 unusable mask");
        Assert.AreEqual(1.0, (double)JsonNode.Parse(result.Out)!["meanIoU"]!, "of a alone");
        result = await Cli.RunAsync([.. args, "--strict"]);
        result.AssertCode(ExitCode.BadModelOrData);
        foreach (var reason in reasons) StringAssert.Contains(result.Error, reason);
        Assert.AreEqual("", result.Out);
    }

    [TestMethod]
    [DataRow("all", "no mask can be used", "PNG")]
    [DataRow("missing", "missing", "no such folder")]
    [DataRow("bare", "none of the images", "bare")]
    public async Task Evaluate_BadMasks_FailsWithCodeThreeAndTheReason(string kind, params string[] reasons)
    {
        foreach (var mask in kind == "all" ? ["a", "b"] : Array.Empty<string>()) _folder.Write($"masks/{mask}.png", "this is no mask"u8);
        Directory.CreateDirectory(_folder["bare"]);
        var result = await Cli.RunAsync(
            "evaluate", "segmenter", _folder["images"], _folder[kind is "missing" or "bare" ? kind : "masks"], "-m", _model, "--json", "--csv", _folder["c.csv"]);
        result.AssertCode(ExitCode.BadModelOrData);
        Assert.AreEqual("", result.Out);
        foreach (var reason in reasons) StringAssert.Contains(result.Error, reason);
        Assert.HasCount(1, result.Error.Split('\n').Where(line => line.StartsWith("error: ", StringComparison.Ordinal)), result.Error);
        Assert.IsFalse(File.Exists(_folder["c.csv"]));
    }

    [TestMethod]
    [DataRow("--ignore 256", "256")]
    [DataRow("--image {f}/c.csv", ".png")]
    [DataRow("--image {f}/images/a.png", "an image of the data set")]
    [DataRow("--csv {f}/masks/a.png", "a mask of the data set")]
    [DataRow("--metrics {f}/tiny.onnx", "the model itself")]
    [DataRow("--json {f}/tiny.onnx/f.json", "is a file")]
    public async Task Evaluate_BadOption_FailsWithCodeTwoBeforeMeasuring(string options, string reason)
    {
        var words = options.Replace("{f}", _folder.Path, StringComparison.Ordinal).Split(' ');
        var result = await Cli.RunAsync(["evaluate", "segmenter", _folder["images"], _folder["masks"], "-m", _model, .. words]);
        result.AssertCode(ExitCode.Usage);
        Assert.AreEqual("", result.Out);
        StringAssert.Contains(result.Error, reason);
    }

    private void Add(string name, byte[] truth, params (int Column, int Row, bool Purple)[] quarters)
    {
        Directory.CreateDirectory(_folder["images"]);
        using var image = Images.Quarters(64, 64, quarters);
        image.Save(_folder[$"images/{name}.png"]);
        SaveMask(name, 64, truth);
    }

    /// <summary>A mask of four quarters: top left, top right, bottom left, bottom right.</summary>
    private void SaveMask(string name, int side, byte[] quarters)
    {
        var classes = Enumerable.Range(0, side * side).Select(i => quarters[(i / side * 2 / side * 2) + (i % side * 2 / side)]).ToArray();
        MaskPng.Save(new SegmentationMask(side, side, classes, TinySegmenter.Labels), _folder[$"masks/{name}.png"]);
    }
}
