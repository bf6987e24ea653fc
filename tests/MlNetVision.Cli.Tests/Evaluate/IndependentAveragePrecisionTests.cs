using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MlNetVision.Tests;

namespace MlNetVision.Cli.Tests.Evaluate;

/// <summary>Average precision by a script of Python's own, on the JSON lines of <c>detect</c>.</summary>
[TestClass]
public sealed class IndependentAveragePrecisionTests
{
    [TestMethod]
    public async Task EvaluateDetector_Bccd_IsWhatAScriptSays()
    {
        var bccd = Shared.Path("data", "bccd");
        const string Python = "/usr/bin/python3";
        if (!File.Exists(Python)) Absent.End("python3");
        using var folder = new TemporaryFolder();
        (await Cli.RunAsync("evaluate", "detector", bccd, "--split", "test", "--json", folder["metrics.json"])).AssertCode(ExitCode.Done);
        string[] images = [.. File.ReadLines(Path.Combine(bccd, "ImageSets", "Main", "test.txt")).Select(n => Path.Combine(bccd, "JPEGImages", $"{n.Trim()}.jpg"))];
        (await Cli.RunAsync(["detect", .. images, "--confidence", "0.005", "--json", folder["found.jsonl"]])).AssertCode(ExitCode.Done);

        var script = Path.Combine(AppContext.BaseDirectory, "Evaluate", "average_precision.py");
        using var process = Process.Start(new ProcessStartInfo(Python, [script, bccd, "test", folder["found.jsonl"]]) { RedirectStandardOutput = true })!;
        using var expected = JsonDocument.Parse(await process.StandardOutput.ReadToEndAsync());
        using var metrics = JsonDocument.Parse(await File.ReadAllTextAsync(folder["metrics.json"]));
        Assert.AreEqual(expected.RootElement.GetProperty("mean").GetDouble(), metrics.RootElement.GetProperty("mAP50").GetDouble(), 0.005);
        foreach (var row in metrics.RootElement.GetProperty("perClass").EnumerateArray())
        {
            var label = row.GetProperty("label").GetString()!;
            Assert.AreEqual(expected.RootElement.GetProperty("classes").GetProperty(label).GetDouble(), row.GetProperty("ap50").GetDouble(), 0.005,
                string.Create(CultureInfo.InvariantCulture, $"{label} of {images.Length} images"));
        }
    }
}
