using System.Text.Json.Nodes;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Tests;

namespace MlNetVision.Cli.Tests;

/// <summary>One image of a batch on which anything goes wrong: it is named, the others are done, and the exit code is 1.</summary>
[TestClass]
public sealed class BatchFailureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public BatchFailureTests()
    {
        foreach (var (name, grey) in new (string, byte)[] { ("a.png", 0), ("b.png", 255), ("c.png", 0) }) Paint($"pics/{name}", grey);
    }

    public static IEnumerable<object[]> Faults =>
        from command in new[] { "detect", "segment", "classify", "stylize" }
        from fault in new[] { nameof(Fault.NotANumber), nameof(Fault.OutOfRange), nameof(Fault.OutOfMemory) }
        select new object[] { command, fault };

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DynamicData(nameof(Faults))]
    public async Task Batch_NetworkFailsOnOneImage_NamesItAndDoesTheRest(string command, string fault)
    {
        var model = Faulty(command, Enum.Parse<Fault>(fault));
        var result = await Cli.RunAsync([command, _folder["pics"], "-m", model, "-o", _folder["out"], "--json", .. command == "detect" ? new[] { "--resize", "stretch" } : []]);
        result.AssertCode(ExitCode.Failed);
        var lines = result.Lines.Select(l => JsonNode.Parse(l)!.AsObject()).ToArray();
        CollectionAssert.AreEqual(new[] { "a.png", "b.png", "c.png" }, lines.Select(l => Path.GetFileName((string)l["image"]!)).ToArray());
        CollectionAssert.AreEqual(new[] { false, true, false }, lines.Select(l => l.ContainsKey("error")).ToArray());
        var error = (string)lines[1]["error"]!;
        StringAssert.Contains(error, _folder["pics/b.png"]);
        StringAssert.Contains(error, "faulty.onnx");
        Assert.IsEmpty(Directory.GetFiles(_folder["out"], "b*"));
        Assert.IsNotEmpty(Directory.GetFiles(_folder["out"], "c*"));
        Assert.AreEqual($"error: {error}", result.Error.Split('\n').Single(l => l.StartsWith("error", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("empty")]
    [DataRow("none-*.png")]
    public async Task Batch_InputThatLeadsToNoImage_IsNamedAndTheRestIsDone(string input)
    {
        Directory.CreateDirectory(_folder["empty"]);
        var given = input.Length == 0 ? input : _folder[input];
        var result = await Cli.RunAsync("detect", given, _folder["pics"], "-m", TinyDetector.Write(_folder), "-o", _folder["out"], "--json");
        result.AssertCode(ExitCode.Failed);
        CollectionAssert.AreEqual(new[] { true, false, false, false }, result.Lines.Select(l => JsonNode.Parse(l)!.AsObject().ContainsKey("error")).ToArray());
        Assert.HasCount(3, Directory.GetFiles(_folder["out"]));
    }

    /// <summary>255 bytes are the most that a name may have: the name itself fits, one with another ending may not.</summary>
    [TestMethod]
    [DataRow(".png", true)]
    [DataRow(".gif", true)]
    [DataRow(".gi", false)]
    public async Task Batch_NameAsLongAsNamesMayBe_IsWrittenWhereItFits(string ending, bool fits)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("paths may be shorter than names there");
        var name = new string('n', 255 - ending.Length) + ending;
        File.Copy(_folder["pics/a.png"], _folder[$"pics/{name}"]);
        var result = await Cli.RunAsync("classify", _folder[$"pics/{name}"], _folder["pics/a.png"], "-m", Faulty("classify", Fault.None), "-o", _folder["out"], "--json", _folder["found.jsonl"]);
        result.AssertCode(fits ? ExitCode.Done : ExitCode.Failed);
        Assert.IsTrue(File.Exists(_folder["out/a.png"]));
        Assert.AreEqual(fits, Directory.GetFiles(_folder["out"]).Length == 2);
        if (!fits) StringAssert.Contains(result.Error, $"{name}: the result cannot be written");
    }

    private string Faulty(string command, Fault fault)
    {
        var model = command switch
        {
            "detect" => ModelLocator.Open(TinyDetector.Write(_folder)),
            "segment" => OnnxModel.Load(TinySegmenter.Write(_folder)),
            "classify" => OnnxModel.Load(TinyClassifier.Write(_folder, "red", "green", "blue")),
            _ => OnnxModel.Load(TinyStyle.Write(_folder)),
        };
        FaultyNetwork.Of(model, fault).Save(_folder["faulty.onnx"]);
        return _folder["faulty.onnx"];
    }

    private void Paint(string name, byte grey)
    {
        using var image = new RgbImage(16, 16);
        image.Words.Fill(0xFF000000 | (uint)(grey * 0x010101));
        _folder.Write(name, image.Encode(ImageFormat.Png));
    }
}
