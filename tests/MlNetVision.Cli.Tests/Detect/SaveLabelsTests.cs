using System.Diagnostics;
using System.Text.Json.Nodes;
using MlNetVision.Models;
using MlNetVision.Tests;

namespace MlNetVision.Cli.Tests.Detect;

/// <summary><c>--save-labels</c>: what is written is read by <c>evaluate detector</c>, where detections against their own labels are perfect.</summary>
[TestClass]
public sealed class SaveLabelsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public SaveLabelsTests() => _model = TinyDetector.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("yolo", "labels/data.yaml", new[] { "a.txt", "data.yaml", "images.list", "sub/b.txt", "sub/empty.txt" })]
    [DataRow("voc", "labels", new[] { "a.xml", "sub/b.xml", "sub/empty.xml" })]
    [DataRow("coco", "labels/instances.json", new[] { "instances.json" })]
    public async Task Detect_SavedLabels_EvaluateToOneAgainstTheirOwnDetections(string format, string data, string[] expected)
    {
        Save("images/a.png", (0, 0, false), (1, 1, true));
        Save("images/sub/b.png", (1, 0, true));
        Save("images/sub/empty.png");
        _folder.Write("images/broken.png", "no image"u8);

        var result = await Cli.RunAsync("detect", _folder["images"], "-m", _model, "--save-labels", _folder["labels"], "--label-format", format, "--json");

        result.AssertCode(ExitCode.Failed); // one image is none
        CollectionAssert.AreEquivalent(expected, FilesIn("labels"));
        Assert.DoesNotContain("\"output\"", result.Out);
        File.Delete(_folder["images/broken.png"]);
        var evaluated = await Cli.RunAsync("evaluate", "detector", _folder[data], "--images", _folder["images"], "-m", _model, "--json", "--strict");
        evaluated.AssertCode(ExitCode.Done);
        var metrics = JsonNode.Parse(evaluated.Out)!;
        Assert.AreEqual(1.0, (double)metrics["mAP"]!, 1e-9);
        Assert.AreEqual(3, (int)metrics["truePositives"]!);
        Assert.AreEqual(3, (int)metrics["images"]!);
    }

    [TestMethod]
    public async Task Detect_YoloLabels_HaveTheClassAndFractions()
    {
        Save("images/a.png", (0, 0, false), (1, 1, true));
        var result = await Cli.RunAsync("detect", _folder["images"], "-m", _model, "--save-labels", _folder["labels"], "-o", _folder["out"]);
        result.AssertCode(ExitCode.Done);
        var lines = await File.ReadAllLinesAsync(_folder["labels/a.txt"]);
        CollectionAssert.AreEquivalent(new[] { "0 0.25 0.25 0.5 0.5", "1 0.75 0.75 0.5 0.5" }, lines);
        Assert.AreEqual("./../images/a.png\n", await File.ReadAllTextAsync(_folder["labels/images.list"]));
        Assert.AreEqual("train: \"images.list\"\nval: \"images.list\"\nnames:\n  0: \"red\"\n  1: \"purple\"\n", await File.ReadAllTextAsync(_folder["labels/data.yaml"]));
        StringAssert.Contains(result.Lines.Single(), $" -> {_folder["out/a.png"]}, {_folder["labels/a.txt"]}");
        StringAssert.Contains(result.Error, $"labels: {_folder["labels/data.yaml"]}");
    }

    [TestMethod]
    public async Task Detect_TwoInputsOfOneName_HaveLabelsOfTheirOwn()
    {
        var (a, b) = (Save("one/a.png", (0, 0, false)), Save("two/a.png", (1, 1, true)));
        (await Cli.RunAsync("detect", a, b, "-m", _model, "--save-labels", _folder["yolo"])).AssertCode(ExitCode.Done);
        Assert.AreEqual("0 0.25 0.25 0.5 0.5\n", await File.ReadAllTextAsync(_folder["yolo/a.txt"]));
        Assert.AreEqual("1 0.75 0.75 0.5 0.5\n", await File.ReadAllTextAsync(_folder["yolo/a-2.txt"]));
        (await Cli.RunAsync("detect", a, b, "-m", _model, "--save-labels", _folder["coco"], "--label-format", "coco")).AssertCode(ExitCode.Done);
        var images = JsonNode.Parse(await File.ReadAllTextAsync(_folder["coco/instances.json"]))!["images"]!.AsArray();
        CollectionAssert.AreEqual(new[] { "a.png", b }, images.Select(i => (string?)i!["file_name"]).ToArray());
    }

    [TestMethod]
    public async Task Detect_LabelsBesideAnInputOfTheirName_LeaveItAlone()
    {
        Save("set/a.png", (0, 0, false));
        File.Move(_folder["set/a.png"], _folder["set/a.txt"]);
        var before = await File.ReadAllBytesAsync(_folder["set/a.txt"]);
        (await Cli.RunAsync("detect", _folder["set/a.txt"], "-m", _model, "--save-labels", _folder["set"])).AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(before, await File.ReadAllBytesAsync(_folder["set/a.txt"]));
        CollectionAssert.AreEquivalent(new[] { "a.txt", "a-2.txt", "data.yaml", "images.list" }, FilesIn("set"));
        var image = _folder.Write("set/instances.json", Images.RedPng());
        var result = await Cli.RunAsync("detect", image, "-m", _model, "--save-labels", _folder["set"], "--label-format", "coco");
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "would be lost");
    }

    [TestMethod]
    [DataRow("--label-format voc", "--save-labels")]
    [DataRow("--save-labels {folder}/tiny.cfg", "is a file")]
    [DataRow("--save-labels {folder}/labels --label-format csv", "csv")]
    public async Task Detect_WrongOptions_AreErrorsOfUsage(string options, string reason)
    {
        var result = await Cli.RunAsync(["detect", Save("a.png"), "-m", _model, .. options.Replace("{folder}", _folder.Path, StringComparison.Ordinal).Split(' ')]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, reason);
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("yolo", "labels: labels/data.yaml")]
    [DataRow("voc", "resumed")]
    [DataRow("coco", "labels: labels/instances.json")]
    public async Task Detect_StoppedByCtrlC_KeepsWhatWasDoneAndGoesOn(string format, string note)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        foreach (var run in new[] { "whole", "stopped" })
        {
            for (var i = 0; i < 8; i++) Save($"{run}/pics/{i}.png", (i % 2, 0, false), (i / 2 % 2, 1, true));
            SlowNetwork.Of(ModelLocator.Open(_model), 20_000).Save(_folder[$"{run}/model.onnx"]);
        }
        string[] args = ["detect", "pics", "-m", "model.onnx", "--save-labels", "labels", "--label-format", format];
        (await RunAsync("whole", args)).AssertDone();
        using (var process = CliProcess.StartIn(_folder["stopped"], args))
        {
            await process.StandardOutput.ReadLineAsync();
            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            Assert.AreEqual(ExitCode.Interrupted, (await CliProcess.EndAsync(process)).Code);
        }
        if (format == "coco") Assert.IsNotEmpty(JsonNode.Parse(await File.ReadAllTextAsync(_folder["stopped/labels/instances.json"]))!["annotations"]!.AsArray());
        if (format == "yolo") Assert.IsNotEmpty(await File.ReadAllLinesAsync(_folder["stopped/labels/images.list"]));

        var resumed = await RunAsync("stopped", [.. args, "--resume"]);

        resumed.AssertDone();
        StringAssert.Contains(resumed.Error, "resumed: ");
        StringAssert.Contains(resumed.Error, note);
        CollectionAssert.AreEqual(FilesIn("whole/labels").Order().ToArray(), FilesIn("stopped/labels").Order().ToArray());
        foreach (var file in FilesIn("whole/labels"))
            Assert.AreEqual(await File.ReadAllTextAsync(_folder[$"whole/labels/{file}"]), await File.ReadAllTextAsync(_folder[$"stopped/labels/{file}"]), file);
    }

    private async Task<Ended> RunAsync(string folder, string[] args)
    {
        using var process = CliProcess.StartIn(_folder[folder], args);
        process.StandardInput.Close();
        var (code, _, error) = await CliProcess.EndAsync(process);
        return new(code, error);
    }

    private string Save(string name, params (int Column, int Row, bool Purple)[] quarters)
    {
        using var image = Images.Quarters(64, 64, quarters);
        image.Save(_folder[name]);
        return _folder[name];
    }

    private string[] FilesIn(string folder) =>
        [.. Directory.GetFiles(_folder[folder], "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder[folder], f))];

    private sealed record Ended(int Code, string Error)
    {
        public void AssertDone() => Assert.AreEqual(ExitCode.Done, Code, Error);
    }
}
