using System.Text;
using System.Text.Json.Nodes;
using MlNetVision.Tests;

namespace MlNetVision.Cli.Tests.Detect;

/// <summary>What users get wrong, each with its exit code and a message that names the file and the reason.</summary>
[TestClass]
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public BadInputTests() => _model = TinyDetector.Write(_folder);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("truncated.jpg", "truncated|damaged|incomplete|cut")]
    [DataRow("text.jpg", "not a readable image|format")]
    [DataRow("empty.jpg", "empty|0 bytes")]
    [DataRow("huge.png", "30,?000.*30,?000")]
    [DataRow("missing.jpg", "missing|not exist|no such|not found")]
    [DataRow("dangling", "missing|not exist|no such|not found")]
    [DataRow("circle", "")]
    [DataRow("*.gif", "no images match")]
    [DataRow("bare", @"no images \(\.jpg")]
    public async Task Detect_BadImage_FailsWithCodeOneAndTheReason(string name, string reason)
    {
        _folder.Write("truncated.jpg", Images.TruncatedJpeg());
        _folder.Write("text.jpg", "hello, I am a text file"u8);
        _folder.Write("empty.jpg");
        _folder.Write("huge.png", Images.PngHeader(30_000, 30_000));
        Directory.CreateDirectory(_folder["bare"]);
        Directory.CreateSymbolicLink(_folder["dangling"], _folder["gone"]);
        Directory.CreateSymbolicLink(_folder["circle"], _folder["circle"]);

        var result = await Cli.RunAsync("detect", _folder[name], "-m", _model, "--json");
        result.AssertCode(ExitCode.Failed);
        var line = JsonNode.Parse(result.Lines.Single())!;
        Assert.AreEqual(_folder[name], (string?)line["image"]);
        StringAssert.Matches((string?)line["error"], new(reason, System.Text.RegularExpressions.RegexOptions.IgnoreCase));
        AssertOneLine(result, name);
    }

    [TestMethod]
    public async Task Detect_ImageOfOnePixel_Works()
    {
        var result = await Cli.RunAsync("detect", _folder.Write("one.png", Images.RedPng(1, 1)), "-m", _model, "--json");
        result.AssertCode(ExitCode.Done);
        Assert.AreEqual(1, (int)JsonNode.Parse(result.Out)!["width"]!);
    }

    [TestMethod]
    [DataRow("short.cfg", "short.weights")]
    [DataRow("long.cfg", "long.weights")]
    [DataRow("none.cfg", "--weights names")]
    [DataRow("unknown.cfg", "sprinkler")]
    [DataRow("names.cfg", "names.names: has 3 names")]
    [DataRow("text.onnx", "not an ONNX model")]
    [DataRow("empty.onnx", "not an ONNX model")]
    [DataRow("text.zip", "text.zip")]
    [DataRow("other.zip", "other.zip")]
    [DataRow("missing.cfg", "missing.cfg")]
    [DataRow("yolov99", "Did you mean yolov2 or yolov3? 'mlnetvision model list' shows all names.")]
    [DataRow("image.png", ".onnx, .cfg, .weights, .t7 or .zip")]
    public async Task Detect_BadModel_FailsWithCodeThreeAndTheReason(string name, string reason)
    {
        WriteBadModels();
        var model = Path.HasExtension(name) ? _folder[name] : name;
        var result = await Cli.RunAsync("detect", _folder.Write("a.png", Images.RedPng()), "-m", model, "--json");
        result.AssertCode(ExitCode.BadModelOrData);
        Assert.AreEqual("", result.Out);
        StringAssert.Contains(result.Error, reason);
        AssertOneLine(result, Path.GetFileNameWithoutExtension(name));
    }

    [TestMethod]
    [DataRow("--confidence 2")]
    [DataRow("--confidence much")]
    [DataRow("--iou -1")]
    [DataRow("--limit 0")]
    [DataRow("--nms harder")]
    [DataRow("--resize squeeze")]
    [DataRow("--preprocess magic")]
    [DataRow("--classes zebra")]
    [DataRow("--threads -2")]
    [DataRow("--confidence 0,1")]
    [DataRow("--confidence NaN")]
    [DataRow("--confidence 1e9")]
    [DataRow("--limit 1,5")]
    [DataRow("--limit 2.5")]
    [DataRow("--iou ")]
    [DataRow("--classes ,")]
    [DataRow("--classes ")]
    [DataRow("--max-megapixels -1")]
    [DataRow("--max-megapixels 9999")]
    [DataRow("--colour red")]
    public async Task Detect_BadOption_FailsWithCodeTwo(string options)
    {
        var result = await Cli.RunAsync(["detect", _folder.Write("a.png", Images.RedPng()), "-m", _model, "--json", .. options.Split(' ')]);
        result.AssertCode(ExitCode.Usage);
        Assert.AreEqual("", result.Out);
        StringAssert.Contains(result.Error, options.Contains("--colour", StringComparison.Ordinal) ? "--colour" : options.Split(' ')[1]);
    }

    [TestMethod]
    [DataRow("--confidence abc", "--confidence 'abc': a number from 0 to 1 was expected.")]
    [DataRow("--limit 0", "--limit '0': a whole number from 1 was expected.")]
    [DataRow("--confidence 0,1", "with a point")]
    public async Task Detect_BadNumber_SaysWhatWasExpected(string options, string message)
    {
        var result = await Cli.RunAsync(["detect", _folder.Write("a.png", Images.RedPng()), "-m", _model, .. options.Split(' ')]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, message);
    }

    [TestMethod]
    [DataRow("--opacity", "0,5")]
    [DataRow("--threads", "1.5")]
    public async Task Segment_BadNumber_FailsWithCodeTwo(string option, string value)
    {
        var result = await Cli.RunAsync("segment", "a.png", "-m", "none.onnx", option, value);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, $"{option} '{value}': ");
    }

    [TestMethod]
    [DataRow("0.004", ExitCode.Failed)]
    [DataRow("0.0041", ExitCode.Done)]
    public async Task Detect_MaxMegapixels_HoldsForFilesAndStandardInput(string most, int code)
    {
        var image = _folder.Write("a.png", Images.RedPng()); // 64·64 pixels
        (await Cli.RunAsync("detect", image, "-m", _model, "--max-megapixels", most)).AssertCode(code);
        using var input = new MemoryStream(Images.RedPng());
        (await Cli.RunAsync(input, CancellationToken.None, "detect", "-", "-m", _model, "--max-megapixels", most)).AssertCode(code);
    }

    [TestMethod]
    [DataRow("evaluate detector", "DATA")]
    [DataRow("model info", "MODEL")]
    [DataRow("model pull", "NAME")]
    [DataRow("completion", "SHELL")]
    public async Task Command_WithoutItsArgument_NamesIt(string command, string argument)
    {
        var result = await Cli.RunAsync(command.Split(' '));
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, $"'mlnetvision {command}' needs {argument}");
    }

    [TestMethod]
    public async Task Detect_NamedPipe_IsRefusedAtOnce()
    {
        NamedPipe.Make(_folder["pipe.png"]);
        var result = await Cli.RunAsync("detect", _folder["pipe.png"], "/dev/zero", "-m", _model, "-o", _folder["out"]);
        result.AssertCode(ExitCode.Failed);
        StringAssert.Contains(result.Error, "pipe.png' is a named pipe; expected a regular file");
        StringAssert.Contains(result.Error, "'/dev/zero' is a device; expected a regular file");
    }

    [TestMethod]
    public async Task Detect_NoInput_FailsWithCodeTwo() => (await Cli.RunAsync("detect", "-m", _model)).AssertCode(ExitCode.Usage);

    [TestMethod]
    public async Task Detect_OutputFolderIsAFile_FailsWithCodeTwo()
    {
        var image = _folder.Write("a.png", Images.RedPng());
        var result = await Cli.RunAsync("detect", image, "-m", _model, "-o", image);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "expected a folder");
    }

    [TestMethod]
    [DataRow("missing")]
    [DataRow("bare")]
    [DataRow("broken.json")]
    public async Task Evaluate_BadDataSet_FailsWithCodeThree(string name)
    {
        Directory.CreateDirectory(_folder["bare"]);
        _folder.Write("broken.json", "{\"images\": ["u8);
        var result = await Cli.RunAsync("evaluate", "detector", _folder[name], "-m", _model, "--json");
        result.AssertCode(ExitCode.BadModelOrData);
        Assert.AreEqual("", result.Out);
        AssertOneLine(result, name);
    }

    private static void AssertOneLine(CliResult result, string name)
    {
        StringAssert.Contains(result.Error, name);
        Assert.HasCount(1, result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), result.Error);
        Assert.DoesNotContain("unexpected", result.Error);
    }

    private void WriteBadModels()
    {
        var weights = TinyDetector.Weights();
        TinyDetector.Write(_folder, "short");
        _folder.Write("short.weights", weights.AsSpan(0, weights.Length - 4));
        TinyDetector.Write(_folder, "long");
        _folder.Write("long.weights", [.. weights, 0, 0, 0, 0]);
        TinyDetector.Write(_folder, "none");
        File.Delete(_folder["none.weights"]);
        TinyDetector.Write(_folder, "unknown");
        _folder.Write("unknown.cfg", Encoding.UTF8.GetBytes(TinyDetector.Configuration.Replace("[maxpool]", "[sprinkler]", StringComparison.Ordinal)));
        TinyDetector.Write(_folder, "names");
        _folder.Write("names.names", "red\npurple\ngreen\n"u8);
        _folder.Write("text.onnx", "this is no network"u8);
        _folder.Write("empty.onnx");
        _folder.Write("text.zip", "this is no archive"u8);
        _folder.Write("image.png", Images.RedPng());
        using var zip = System.IO.Compression.ZipFile.Open(_folder["other.zip"], System.IO.Compression.ZipArchiveMode.Create);
        using var entry = zip.CreateEntry("readme.txt").Open();
        entry.Write("nothing to see"u8);
    }
}
