using System.Text.Json.Nodes;

namespace MlNetVision.Cli.Tests.Outputs;

/// <summary>Outputs that must not or cannot be written: found before any work, with exit code 2, and no file is touched.</summary>
[TestClass]
public sealed class OutputArgumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _image;

    public OutputArgumentTests()
    {
        _model = TinyDetector.Write(_folder);
        _image = _folder.Write("a.png", Images.RedPng());
        _folder.Write("other.txt", "rot\nlila\n"u8);
        _folder.Write("data/images/a.png", Images.RedPng());
        _folder.Write("data/labels/a.txt", "0 0.25 0.25 0.5 0.5\n"u8);
        _folder.Write("data/data.yaml", "path: .\nval: images\nnames: [red, purple]\n"u8);
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("--save {f}/a.png", "--save", ".zip")]
    [DataRow("--save {f}/tiny.cfg", "--save", ".zip")]
    [DataRow("--save {f}/a.png/b.zip", "--save", "is a file")]
    [DataRow("--save", "--save", "")]
    [DataRow("--json {f}/./a.png.", "--json", "a.png.")]
    [DataRow("--json {f}/link", "--json", "an input")]
    [DataRow("--json {f}/tiny.names", "--json", "class names")]
    [DataRow("--labels {f}/other.txt --json {f}/other.txt", "--json", "class names")]
    [DataRow("--save {f}/sub.zip", "--save", "is a folder")]
    [DataRow("--json {f}/a.png/b.jsonl", "--json", "is a file")]
    [DataRow("-o {f}/a.png", "--output", "is a file")]
    [DataRow("-o {f}/a.png/sub", "--output", "is a file")]
    [DataRow("-o {empty}", "--output", "''")]
    [DataRow("-o /proc/none", "--output", "cannot be written")]
    [DataRow("--json /proc/none/f.jsonl", "--json", "cannot be written")]
    public async Task Detect_UnusableOutput_FailsWithCodeTwoAndTouchesNothing(string options, params string[] reasons)
    {
        if (options.Contains("/proc", StringComparison.Ordinal) && !OperatingSystem.IsLinux()) Assert.Inconclusive("needs /proc");
        Directory.CreateDirectory(_folder["sub.zip"]);
        _folder.Write("a.png.", Images.RedPng());
        File.CreateSymbolicLink(_folder["link"], _folder["a.png"]);
        var before = Contents();
        var result = await Cli.RunAsync(["detect", _image, _folder["a.png."], "-m", _model, .. Words(options)]);
        result.AssertCode(ExitCode.Usage);
        Assert.AreEqual("", result.Out);
        foreach (var reason in reasons) StringAssert.Contains(result.Error, reason);
        Assert.DoesNotContain(".partial", result.Error);
        CollectionAssert.AreEqual(before, Contents());
    }

    [TestMethod]
    public async Task Detect_SaveOntoTheModel_FailsWithCodeTwo()
    {
        var zip = _folder["tiny.zip"];
        (await Cli.RunAsync("detect", "-m", _model, "--save", zip)).AssertCode(ExitCode.Done);
        var result = await Cli.RunAsync("detect", "-m", zip, "--save", zip);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "model itself");
    }

    [TestMethod]
    public async Task Detect_JsonMinus_IsStandardOutput()
    {
        var result = await Cli.RunAsync("detect", _image, "-m", _model, "--json", "-");
        result.AssertCode(ExitCode.Done);
        Assert.AreEqual(_image, (string?)JsonNode.Parse(result.Lines.Single())!["image"]);
    }

    [TestMethod]
    public async Task Detect_BesideOtherImages_OverwritesNone()
    {
        var other = _folder.Write("a-2.png", "somebody's"u8);
        (await Cli.RunAsync("detect", _image, "-m", _model, "-o", _folder.Path)).AssertCode(ExitCode.Done);
        Assert.AreEqual("somebody's", await File.ReadAllTextAsync(other));
        Assert.IsTrue(File.Exists(_folder["a-3.png"]));
    }

    [TestMethod]
    [DataRow("--csv {f}/data/images/a.png", "--csv")]
    [DataRow("--csv {f}/tiny.weights", "--csv")]
    [DataRow("--curves {f}/a.png/c.csv", "--curves")]
    [DataRow("--csv {f}/data", "--csv")]
    [DataRow("--json {f}/data/data.yaml", "--json")]
    public async Task Evaluate_UnusableOutput_FailsWithCodeTwoBeforeMeasuring(string options, string reason)
    {
        var result = await Cli.RunAsync(["evaluate", "detector", _folder["data/data.yaml"], "-m", _model, .. Words(options)]);
        result.AssertCode(ExitCode.Usage);
        Assert.AreEqual("", result.Out);
        StringAssert.Contains(result.Error, reason);
    }

    [TestMethod]
    public async Task Demo_FolderThatCannotBeWritten_SaysWhatToDo()
    {
        var result = await Cli.RunAsync("demo", "-o", _folder["a.png/demo"]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "--output");
    }

    [TestMethod]
    [DataRow("NUL", @"\\.\NUL", true)]
    [DataRow("found.json", @"C:\work\found.json", false)]
    [DataRow("/dev/stdout", "/dev/stdout", true)]
    public void IsDevice_NameOfWindows_IsSeenByItsFullPath(string path, string full, bool expected) =>
        Assert.AreEqual(expected, MlNetVision.Cli.Outputs.OutputPath.IsDevice(path, full));

    private IEnumerable<string> Words(string options) => options.Split(' ')
        .Select(w => w.Replace("{f}", _folder.Path, StringComparison.Ordinal).Replace("{empty}", "", StringComparison.Ordinal));

    private string[] Contents() => [.. Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal).Select(f => $"{f} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(f)))}")];
}
