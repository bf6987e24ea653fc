using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MlNetVision.Cli.Tests;

/// <summary><c>--device</c> on the ONNX Runtime of these tests, which has the processor alone.</summary>
[TestClass]
public sealed class DeviceOptionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _classifier;
    private readonly string _detector;
    private readonly string _image;

    public DeviceOptionTests()
    {
        (_classifier, _detector) = (TinyClassifier.Write(_folder, "red", "green", "blue"), TinyDetector.Write(_folder));
        _image = _folder.Write("a.png", Images.RedPng());
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("detect")]
    [DataRow("segment")]
    [DataRow("classify")]
    [DataRow("stylize")]
    [DataRow("train classifier")]
    [DataRow("train style")]
    [DataRow("evaluate detector")]
    [DataRow("evaluate segmenter")]
    [DataRow("evaluate classifier")]
    [DataRow("model info")]
    [DataRow("model verify")]
    public async Task Help_OfWhatRunsNetworks_NamesTheDevices(string command)
    {
        var help = await Cli.RunAsync([.. command.Split(' '), "--help"]);
        help.AssertCode(ExitCode.Done);
        StringAssert.Matches(help.Out, new(@"--device <DEVICES>\s.*: cpu,\s+cuda\[:N\],\s+directml\[:N\],", RegexOptions.Singleline));
    }

    [TestMethod]
    [DataRow("gpu", "--device 'gpu': Device 'gpu' is unknown (did you mean 'cuda' or 'directml' or 'coreml'?); expected cpu, cuda[:N], ")]
    [DataRow("cuda:x", "--device 'cuda:x': Device 'cuda:x': 'x' is no number of a device; expected cpu, ")]
    [DataRow("cpu,cuda", "--device 'cpu,cuda': Device 'cuda' stands behind 'cpu', which always works.")]
    public async Task Parse_ValueThatIsNoDevice_IsAnErrorOfUsageWithTheOptionsName(string value, string expected)
    {
        var result = await Cli.RunAsync("detect", _image, "-m", _detector, "--device", value);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, $"error: {expected}");
    }

    [TestMethod]
    public async Task Run_DeviceThatIsNotHere_EndsBeforeAnyImageWithWhatIsHereAndThePackage()
    {
        foreach (var args in new string[][]
        {
            ["detect", _image, "-m", _detector, "-o", _folder["out"]], ["classify", _image, "-m", _classifier],
            ["model", "verify", "flowers"], ["train", "classifier", Classes(), "-o", _folder["t.zip"]],
        })
        {
            var result = await Cli.RunAsync([.. args, "--device", "cuda:1"]);
            result.AssertCode(ExitCode.Usage);
            StringAssert.Matches(result.Error, new("error: .*: cuda:1: this ONNX Runtime has no CUDAExecutionProvider, only CPUExecutionProvider; "
                + "the NuGet package Microsoft\\.ML\\.OnnxRuntime\\.Gpu brings it\\. A list such as 'cuda:1,cpu' takes the next one, also in place of what a model was saved with\\."));
        }
        Assert.IsFalse(Directory.Exists(_folder["out"]));
    }

    [TestMethod]
    public async Task Run_ListWithTheProcessor_NotesWhyAndPrintsTheSame()
    {
        foreach (var args in new string[][]
        {
            ["detect", _image, "-m", _detector, "--json"], ["classify", _image, "-m", _classifier, "--json"], ["model", "verify", "flowers"],
        })
        {
            var (plain, listed) = (await Cli.RunAsync(args), await Cli.RunAsync([.. args, "--device", "directml,cpu"]));
            listed.AssertCode(ExitCode.Done);
            Assert.AreEqual(plain.Out, listed.Out);
            StringAssert.Matches(listed.Error, new("directml: this ONNX Runtime has no DmlExecutionProvider, .*; cpu runs it\\."));
        }
    }

    [TestMethod]
    public async Task Train_ListWithTheProcessor_GivesTheSameBytes()
    {
        var classes = Classes();
        string[] args = ["train", "classifier", classes, "--epochs", "2", "--split", "0.5"];
        (await Cli.RunAsync([.. args, "-o", _folder["a.zip"]])).AssertCode(ExitCode.Done);
        var result = await Cli.RunAsync([.. args, "-o", _folder["b.zip"], "--device", "cuda,cpu"]);
        result.AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(File.ReadAllBytes(_folder["a.zip"]), File.ReadAllBytes(_folder["b.zip"]));
        StringAssert.Contains(result.Error, "cuda: this ONNX Runtime has no CUDAExecutionProvider");
    }

    [TestMethod]
    public async Task Save_DeviceThatIsNotHere_IsKeptAsAWishThatInfoShows()
    {
        (await Cli.RunAsync("classify", "-m", _classifier, "--device", "cuda", "--save", _folder["wish.zip"])).AssertCode(ExitCode.Done);
        var info = await Cli.RunAsync("model", "info", _folder["wish.zip"]);
        info.AssertCode(ExitCode.Done);
        CollectionAssert.Contains(info.Lines, "device  none (ONNX Runtime has CPUExecutionProvider, asked for: cuda)");
        StringAssert.Contains(info.Error, "warning: ");
        CollectionAssert.Contains((await Cli.RunAsync("model", "info", _classifier)).Lines, "device  cpu (ONNX Runtime has CPUExecutionProvider)");

        (await Cli.RunAsync("classify", _image, "-m", _folder["wish.zip"])).AssertCode(ExitCode.Usage);
        (await Cli.RunAsync("classify", _image, "-m", _folder["wish.zip"], "--device", "cpu")).AssertCode(ExitCode.Done);

        var asked = await Cli.RunAsync("model", "info", _folder["wish.zip"], "--device", "coreml,cpu", "--json");
        asked.AssertCode(ExitCode.Done);
        Assert.AreEqual("""{"runs":"cpu","asked":"coreml,cpu","providers":["CPUExecutionProvider"]}""", JsonNode.Parse(asked.Out)!["device"]!.ToJsonString());
        StringAssert.Contains(asked.Error, "coreml: this ONNX Runtime has no CoreMLExecutionProvider");
    }

    private string Classes()
    {
        foreach (var (name, index) in new[] { "red", "blue" }.SelectMany(n => Enumerable.Range(0, 4).Select(i => (n, i))))
            _folder.Write($"classes/{name}/{index}.png", Images.RedPng());
        return _folder["classes"];
    }
}
