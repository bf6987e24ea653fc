using System.Diagnostics;
using System.Globalization;
using MlNetVision.Imaging;
using MlNetVision.Training.Tests.Style;

namespace MlNetVision.Cli.Tests.Train;

[TestClass]
public sealed class TrainStyleCommandTests : IDisposable
{
    /// <summary>What the file of a run begins with, behind the length of that text.</summary>
    private const string Run = "!MlNetVision training checkpoint 2, a run";

    private readonly TemporaryFolder _folder = new();
    private readonly string _network;
    private readonly string _painting;

    public TrainStyleCommandTests()
    {
        _network = _folder["features.onnx"];
        TinyFeatures.Create().Save(_network);
        _painting = _folder.Write("painting.png", Images.RedPng(40, 40));
        for (var i = 0; i < 3; i++) _folder.Write($"photos/{i}.png", Images.RedPng(40 + 8 * i, 48));
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Train_Photos_WritesAModelThatStylizeTakes()
    {
        var result = await RunAsync("a.zip", "--iterations", "5", "--export", _folder["a.onnx"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "step 5 of 5: loss ");
        Assert.IsLessThanOrEqualTo(2, result.Error.Split('\n').Count(line => line.StartsWith("step", StringComparison.Ordinal)));
        Assert.IsFalse(Directory.Exists(_folder["a.training"]));
        var photo = _folder.Write("in/odd.png", Images.RedPng(37, 50));
        foreach (var model in new[] { "a.zip", "a.onnx" })
        {
            (await Cli.RunAsync("stylize", photo, "-m", _folder[model], "-o", _folder[$"out.{model}"])).AssertCode(ExitCode.Done);
            using var painted = RgbImage.Load(_folder[$"out.{model}/odd.png"]);
            Assert.AreEqual((37, 50), (painted.Width, painted.Height));
        }
        CollectionAssert.AreEqual(await File.ReadAllBytesAsync(_folder["out.a.zip/odd.png"]), await File.ReadAllBytesAsync(_folder["out.a.onnx/odd.png"]));
    }

    [TestMethod]
    public async Task Train_Preview_PaintsTheImageAtEachCheckpointAndAtTheEnd()
    {
        var shown = _folder.Write("me.png", Images.RedPng(24, 20));
        var result = await RunAsync("a.zip", "--iterations", "5", "--keep-every", "2", "--preview", shown, "--export", _folder["a.onnx"]);
        result.AssertCode(ExitCode.Done);
        string[] expected = ["preview-000002.png", "preview-000004.png", "preview-000005.png"];
        CollectionAssert.AreEqual(expected, Directory.GetFiles(_folder["a.training"]).Select(Path.GetFileName).Order(StringComparer.Ordinal).ToArray());
        (await Cli.RunAsync("stylize", shown, "-m", _folder["a.onnx"], "-o", _folder["out"])).AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(await File.ReadAllBytesAsync(_folder["out/me.png"]), await File.ReadAllBytesAsync(_folder["a.training/preview-000005.png"]));
    }

    [TestMethod]
    public async Task Train_PreviewThatCannotBeWritten_SaysSoAndGoesOn()
    {
        Directory.CreateDirectory(_folder["a.training/preview-000002.png"]);
        var result = await RunAsync("a.zip", "--iterations", "3", "--keep-every", "2", "--preview", _folder.Write("me.png", Images.RedPng(24, 20)));
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "the preview cannot be written");
        Assert.IsTrue(File.Exists(_folder["a.zip"]) && File.Exists(_folder["a.training/preview-000003.png"]));
    }

    [TestMethod]
    public async Task Train_InterruptedAndResumed_KeepsBothFilesAndWritesTheBytesOfAnUnbrokenRun()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        using var process = CliProcess.Start([.. Arguments("a.zip", "--iterations", "1000000")]);
        while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("step", StringComparison.Ordinal)) { }
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        var (code, output, error) = await CliProcess.EndAsync(process);
        Assert.AreEqual(ExitCode.Interrupted, code, error);
        StringAssert.Contains(output, "a.zip");
        StringAssert.Contains(error, "--resume");
        Assert.IsTrue(File.Exists(_folder["a.training/style.checkpoint"]));
        (await Cli.RunAsync("stylize", _painting, "-m", _folder["a.zip"], "-o", _folder["out"])).AssertCode(ExitCode.Done);
        var steps = int.Parse(error[(error.IndexOf("interrupted after ", StringComparison.Ordinal) + 18)..].Split(' ')[0], CultureInfo.InvariantCulture) + 3;
        var all = steps.ToString(CultureInfo.InvariantCulture);
        (await RunAsync("a.zip", "--resume", "--iterations", all)).AssertCode(ExitCode.Done);
        (await RunAsync("whole.zip", "--iterations", all)).AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(await File.ReadAllBytesAsync(_folder["whole.zip"]), await File.ReadAllBytesAsync(_folder["a.zip"]));
        Assert.IsFalse(Directory.Exists(_folder["a.training"]));
    }

    // Another program's file of that name is not for this one to replace.
    [TestMethod]
    public async Task Train_FileOfTheCheckpointsNameIsNone_IsAUsageErrorAndTheFileStays()
    {
        var mine = Path.Combine(Directory.CreateDirectory(_folder["a.training"]).FullName, "style.checkpoint");
        await File.WriteAllTextAsync(mine, "another program's");
        foreach (var resume in new string[][] { [], ["--resume"] })
        {
            var result = await RunAsync("a.zip", resume);
            result.AssertCode(ExitCode.Usage);
            StringAssert.Contains(result.Error, "style.checkpoint");
            Assert.AreEqual("another program's", await File.ReadAllTextAsync(mine));
        }
    }

    // A mistake in the next command must not cost the run that an interruption has left.
    [TestMethod]
    public async Task Train_WithoutResume_LeavesAKeptRunAloneUntilItIsReplacedAndSaysSo()
    {
        var kept = Path.Combine(Directory.CreateDirectory(_folder["a.training"]).FullName, "style.checkpoint");
        await File.WriteAllTextAsync(kept, Run);
        (await RunAsync("a.zip", "--crop", "50")).AssertCode(ExitCode.Usage);
        (await Cli.RunAsync([.. Arguments("a.zip").Select(w => w == "first" ? "nothing" : w)])).AssertCode(ExitCode.BadModelOrData);
        Assert.AreEqual(Run, await File.ReadAllTextAsync(kept));

        var result = await RunAsync("a.zip", "--iterations", "2");
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "the checkpoint of an earlier run is not resumed");
        StringAssert.Contains((await RunAsync("a.zip", "--iterations", "2", "--resume")).Error, "has no training to resume");
    }

    [TestMethod]
    public async Task Train_CancelledBeforeTheFirstStep_WritesNothingAndReturns130()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        (await Cli.RunAsync(Stream.Null, cancelled.Token, Arguments("a.zip"))).AssertCode(ExitCode.Interrupted);
        Assert.IsFalse(File.Exists(_folder["a.zip"]));
    }

    [TestMethod]
    public async Task Train_PhotoBroken_NamesItTrainsOnTheRestAndReturnsOne()
    {
        _folder.Write("photos/broken.png", "no image"u8);
        var result = await RunAsync("a.zip", "--iterations", "4");
        result.AssertCode(ExitCode.Failed);
        StringAssert.Contains(result.Error, "broken.png");
        Assert.IsTrue(File.Exists(_folder["a.zip"]));
    }

    [TestMethod]
    [DataRow("--iterations 0", "--iterations")]
    [DataRow("--crop 50", "50")]
    [DataRow("--learning-rate 0,1", "--learning-rate")]
    [DataRow("--style-layers first=x", "first=x")]
    [DataRow("--threads -1", "--threads")]
    [DataRow("--output a.onnx", ".zip")]
    [DataRow("--export FOLDER/features.onnx", "the network")]
    [DataRow("--export FOLDER/photos/0.png", ".onnx")]
    [DataRow("--photos -", "again and again")]
    [DataRow("--network nothing.onnx", "nothing.onnx", ExitCode.BadModelOrData)]
    [DataRow("--content-layers nothing", "nothing", ExitCode.BadModelOrData)]
    [DataRow("--photos FOLDER/empty", "empty", ExitCode.BadModelOrData)]
    [DataRow("--preview FOLDER/nothing.png", "nothing.png")]
    [DataRow("--style FOLDER/nothing.png", "--style")]
    [DataRow("--threads 100000", "1024")]
    public async Task Train_OptionThatCannotBe_SaysWhatWasExpectedInOneLine(string option, string expected, int code = ExitCode.Usage)
    {
        Directory.CreateDirectory(_folder["empty"]);
        var words = option.Replace("FOLDER", _folder.Path, StringComparison.Ordinal).Split(' ');
        var arguments = Arguments("a.zip").ToList();
        if (arguments.IndexOf(words[0]) is var at and >= 0) arguments.RemoveRange(at, 2);
        if (words[0] == "--output") arguments.RemoveRange(arguments.IndexOf("-o"), 2);
        var result = await Cli.RunAsync([.. arguments, .. words]);
        result.AssertCode(code);
        StringAssert.Contains(result.Error, expected);
        Assert.AreEqual(1, result.Error.Split('\n').Count(line => line.StartsWith("error: ", StringComparison.Ordinal)), result.Error);
        Assert.IsFalse(File.Exists(_folder["a.zip"]));
    }

    [TestMethod]
    public async Task Train_PaintingIsAPreviewInTheWorkspace_IsNotReplaced()
    {
        var preview = _folder.Write("a.training/preview-000002.png", Images.RedPng(40, 40));
        var result = await Cli.RunAsync([.. Arguments("a.zip").Select(w => w == _painting ? preview : w)]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "the painting");
    }

    private Task<CliResult> RunAsync(string output, params string[] options) => Cli.RunAsync(Arguments(output, options));

    private string[] Arguments(string output, params string[] options) =>
    [
        "train", "style", "--style", _painting, "--photos", _folder["photos"], "--network", _network, "-o", _folder[output], "--content-layers", "second", "--style-layers", "first",
        "--crop", "32", "--batch-size", "1", "--width", "0.1", "--threads", "1", .. options,
    ];
}
