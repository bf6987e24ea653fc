using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MlNetVision.Classification;
using MlNetVision.Training.Tests.Classification;

namespace MlNetVision.Cli.Tests.Train;

[TestClass]
public sealed class TrainClassifierCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ColourFolders _train = new(8, 1);
    private readonly ColourFolders _valid = new(4, 2);
    private readonly string _network;

    public TrainClassifierCommandTests()
    {
        _network = _folder["tiny.onnx"];
        TinyBackbone.Build().Save(_network);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _train.Dispose();
        _valid.Dispose();
    }

    [TestMethod]
    public async Task Train_Folders_WritesModelNetworkAndReport()
    {
        var result = await RunAsync("a.zip", "--epochs", "12", "--learning-rate", "0.05", "--export", _folder["a.onnx"], "--report", _folder["report"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Matches(result.Out, new(@"validation: accuracy [0-9.]+ %, macro F1 [01]\.\d+, log-loss \d\.\d+ \(epoch \d+ of 12\)\n"));
        StringAssert.Contains(result.Error, "epoch 12: loss ");
        Assert.IsFalse(Directory.Exists(_folder["a.training"]));
        Assert.IsTrue(File.Exists(_folder["report/report.html"]));
        var accuracy = (double)JsonNode.Parse(await File.ReadAllTextAsync(_folder["report/metrics.json"]))!["validation"]!["accuracy"]!;
        Assert.IsGreaterThan(0.7, accuracy);
        using var classifier = ImageClassifier.Load(_folder["a.onnx"]);
        var right = Directory.GetFiles(_valid.Path, "*", SearchOption.AllDirectories)
            .Count(f => classifier.Classify(f).Predictions[0].Label == Path.GetFileName(Path.GetDirectoryName(f)));
        Assert.AreEqual(accuracy, right / 12.0, 1e-6);
        using var zip = ImageClassifier.Load(_folder["a.zip"]);
        CollectionAssert.AreEqual(ColourFolders.Names, zip.Labels.ToArray());
    }

    [TestMethod]
    public async Task Train_KilledAtAnyMomentAndResumed_WritesTheBytesOfAnUnbrokenRun()
    {
        string[] options = ["--epochs", "60", "--head", "dense", "--seed", "5", "--unfreeze", "block2", "--unfreeze-epochs", "30"];
        (await RunAsync("whole.zip", options)).AssertCode(ExitCode.Done);
        var moment = new Random();
        foreach (var phase in new[] { 1, 61 })
        {
            var epoch = moment.Next(phase, phase + 25);
            using var process = CliProcess.Start([.. Arguments("killed.zip", [.. options, "--resume"])]);
            while (await process.StandardError.ReadLineAsync() is { } line)
            {
                if (line.StartsWith(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}:"), StringComparison.Ordinal)) break;
            }
            process.Kill(); // SIGKILL
            await process.WaitForExitAsync();
            Assert.IsFalse(File.Exists(_folder["killed.zip"]), $"killed after epoch {epoch}");
        }
        var resumed = await RunAsync("killed.zip", [.. options, "--resume"]);
        resumed.AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(await File.ReadAllBytesAsync(_folder["whole.zip"]), await File.ReadAllBytesAsync(_folder["killed.zip"]));
        Assert.IsFalse(Directory.Exists(_folder["killed.training"]));
    }

    [TestMethod]
    public async Task Train_Interrupted_KeepsWhatWasDoneAndReturns130()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        using var process = CliProcess.Start([.. Arguments("a.zip", ["--epochs", "1000000"])]);
        while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("epoch 5:", StringComparison.Ordinal)) { }
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        var (code, output, error) = await CliProcess.EndAsync(process);
        Assert.AreEqual(ExitCode.Interrupted, code, error);
        StringAssert.Contains(error, "--resume");
        StringAssert.Contains(output, "validation: accuracy");
        using var classifier = ImageClassifier.Load(_folder["a.zip"]);
        Assert.IsTrue(File.Exists(_folder["a.training/head.checkpoint"]));
    }

    [TestMethod]
    public async Task Train_AugmentAndPreview_DrawsARowForEachClass()
    {
        var result = await RunAsync("a.zip", "--epochs", "1", "--balance", "--unfreeze", "block2", "--unfreeze-epochs", "1", "--augment", "--preview", _folder["sheet.png"]);
        result.AssertCode(ExitCode.Done);
        using var sheet = Imaging.RgbImage.Load(_folder["sheet.png"]);
        Assert.IsGreaterThan(sheet.Height, sheet.Width);
        (await RunAsync("b.zip", "--preview", _folder["sheet.png"])).AssertCode(ExitCode.Usage);
    }

    [TestMethod]
    public async Task Train_ImageBroken_NamesItTrainsOnTheRestAndReturnsOne()
    {
        await File.WriteAllTextAsync(Path.Combine(_train.Path, "red", "broken.png"), "no image");
        var result = await RunAsync("a.zip", "--epochs", "1");
        result.AssertCode(ExitCode.Failed);
        StringAssert.Contains(result.Error, "broken.png");
        Assert.IsTrue(File.Exists(_folder["a.zip"]));
        result = await RunAsync("b.zip", "--epochs", "1", "--strict");
        result.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(result.Error, "broken.png");
        Assert.IsFalse(File.Exists(_folder["b.zip"]));
    }

    [TestMethod]
    public async Task Train_ResumeWithOtherOptions_IsRefusedAndKeepsTheCheckpoint()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        using var process = CliProcess.Start([.. Arguments("a.zip", ["--epochs", "1000000"])]);
        while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("epoch 3:", StringComparison.Ordinal)) { }
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await CliProcess.EndAsync(process);
        var before = await File.ReadAllBytesAsync(_folder["a.training/head.checkpoint"]);
        var result = await RunAsync("a.zip", "--epochs", "1000000", "--learning-rate", "0.5", "--resume");
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "head.checkpoint: the checkpoint belongs to other images, another network or other options. Nothing was changed");
        CollectionAssert.AreEqual(before, await File.ReadAllBytesAsync(_folder["a.training/head.checkpoint"]));
    }

    [TestMethod]
    [DataRow("--unfreeze block9", ExitCode.BadModelOrData, "block2")]
    [DataRow("--cut nothing", ExitCode.BadModelOrData, "nothing")]
    [DataRow("--augment", ExitCode.Usage, "--unfreeze")]
    [DataRow("--split 0.5", ExitCode.Usage, "--validation")]
    [DataRow("--head large", ExitCode.Usage, "softmax")]
    [DataRow("--learning-rate 0", ExitCode.Usage, "--learning-rate")]
    public async Task Train_OptionThatCannotBe_SaysWhatWasExpected(string option, int code, string expected)
    {
        var result = await RunAsync("a.zip", option.Split(' '));
        result.AssertCode(code);
        StringAssert.Contains(result.Error, expected);
        Assert.IsFalse(File.Exists(_folder["a.zip"]));
    }

    [TestMethod]
    public async Task Train_OneClass_ReturnsThree()
    {
        Directory.Delete(Path.Combine(_train.Path, "red"), recursive: true);
        Directory.Delete(Path.Combine(_train.Path, "green"), recursive: true);
        var result = await Cli.RunAsync("train", "classifier", _train.Path, "-f", _network, "-o", _folder["a.zip"]);
        result.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(result.Error, _train.Path);
    }

    [TestMethod]
    public async Task Train_SplitFolderWithAnImageInAllOfAClass_TellsThatItStandsOnBothSides()
    {
        var red = Directory.GetFiles(Path.Combine(_train.Path, "red")).Order(StringComparer.Ordinal).ToList();
        foreach (var copy in red.Skip(1)) File.Copy(red[0], copy, overwrite: true);
        var result = await Cli.RunAsync("train", "classifier", _train.Path, "-f", _network, "--epochs", "1", "--cache", _folder["cache"], "-o", _folder["a.zip"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "images in both training and validation");
    }

    private Task<CliResult> RunAsync(string output, params string[] options) => Cli.RunAsync([.. Arguments(output, options)]);

    private string[] Arguments(string output, string[] options) =>
        ["train", "classifier", _train.Path, "--validation", _valid.Path, "-f", _network, "--cache", _folder["cache"], "-o", _folder[output], .. options];
}
