using System.Text.Json.Nodes;

namespace MlNetVision.Cli.Tests.Evaluate;

/// <summary>
/// Three images in YOLO text whose metrics are worked out by hand: the tiny detector finds both "red" objects and the
/// "purple" one exactly, and one "red" more than is marked; the other "purple" it cannot see.
/// </summary>
[TestClass]
public sealed class EvaluateDetectorCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public EvaluateDetectorCommandTests()
    {
        _model = TinyDetector.Write(_folder);
        Add("a", "0 0.25 0.25 0.5 0.5\n", (0, 0, false));
        Add("b", "0 0.25 0.25 0.5 0.5\n1 0.75 0.75 0.5 0.5\n", (0, 0, false), (1, 1, true));
        Add("c", "1 0.25 0.75 0.5 0.5\n", (1, 0, false));
        _folder.Write("data/data.yaml", "path: .\nval: images\nnames: [red, purple]\n"u8);
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Evaluate_Json_HasTheContractsMetrics()
    {
        var result = await Cli.RunAsync("evaluate", "detector", "--json", _folder["data"], "-m", _model);
        result.AssertCode(ExitCode.Done);
        var metrics = JsonNode.Parse(result.Lines.Single())!;
        Assert.AreEqual(3, (int)metrics["truePositives"]!);
        Assert.AreEqual(1, (int)metrics["falsePositives"]!);
        Assert.AreEqual(1, (int)metrics["falseNegatives"]!);
        var (red, purple) = (metrics["perClass"]![0]!, metrics["perClass"]![1]!);
        Assert.AreEqual(2, (int)red["truth"]!);
        Assert.AreEqual(1.0, (double)red["ap50"]!, 1e-9); // the wrong one comes last: equal scores are ranked by image
        // Half of the recall at precision 1: 51 of COCO's 101 points.
        Assert.AreEqual(51.0 / 101, (double)purple["ap50"]!, 1e-9);
        Assert.AreEqual(51.0 / 101, (double)purple["ap"]!, 1e-9);
        Assert.AreEqual((1 + (51.0 / 101)) / 2, (double)metrics["mAP50"]!, 1e-9);
        Assert.IsNotNull(metrics["mAP"]);
        Assert.AreEqual((1 + (51.0 / 101)) / 2, (double)metrics["APsmall"]!, 1e-9);
        Assert.AreEqual(0.75, (double)metrics["AR100"]!, 1e-9);
        Assert.IsNull(metrics["APlarge"]);
    }

    [TestMethod]
    public async Task Evaluate_Text_ShowsEachClassAndWritesCsv()
    {
        var result = await Cli.RunAsync(
            "evaluate", "detector", _folder["data"], "-m", _model, "--csv", _folder["f.csv"], "--curves", _folder["c.csv"], "--json", _folder["f.json"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Matches(result.Out, new(@"red +2 +1\.000"));
        StringAssert.Matches(result.Out, new(@"purple +2 +0\.505"));
        // All objects have 32×32 pixels, which are small and medium both.
        StringAssert.Matches(result.Out, new(@"boxes +0\.752 +0\.752 +0\.752 +0\.752 +0\.752 +- +0\.750"));
        Assert.HasCount(3, await File.ReadAllLinesAsync(_folder["f.csv"]));
        StringAssert.StartsWith(await File.ReadAllTextAsync(_folder["c.csv"]), "label,score,precision,recall");
        Assert.IsNotNull(JsonNode.Parse(await File.ReadAllTextAsync(_folder["f.json"]))!["mAP"]);
    }

    [TestMethod]
    public async Task Evaluate_ImageThatCannotBeRead_IsReportedAndTheRestMeasured()
    {
        var whole = await File.ReadAllBytesAsync(_folder["data/images/a.png"]);
        _folder.Write("data/images/a.png", whole.AsSpan(0, whole.Length / 2));
        var result = await Cli.RunAsync("evaluate", "detector", _folder["data"], "-m", _model, "--json");
        result.AssertCode(ExitCode.Failed);
        StringAssert.Contains(result.Error, "a.png");
        Assert.AreEqual(2, (int)JsonNode.Parse(result.Out)!["truePositives"]!);
        (await Cli.RunAsync("evaluate", "detector", _folder["data"], "-m", _model, "--strict")).AssertCode(ExitCode.BadModelOrData);
    }

    private void Add(string name, string labels, params (int Column, int Row, bool Purple)[] quarters)
    {
        using var image = Images.Quarters(64, 64, quarters);
        image.Save(_folder[$"data/images/{name}.png"]);
        _folder.Write($"data/labels/{name}.txt", System.Text.Encoding.UTF8.GetBytes(labels));
    }
}
