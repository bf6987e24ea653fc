using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using MlNetVision.Imaging;
using MlNetVision.Training.Tests.Detection;

namespace MlNetVision.Cli.Tests.Train;

[TestClass]
public sealed class TrainDetectorCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _data;
    private readonly string _cfg;

    public TrainDetectorCommandTests()
    {
        Draw("images/train", 10, 1);
        Draw("images/val", 3, 2);
        _data = _folder["data.yaml"];
        File.WriteAllText(_data, $"path: {_folder.Path}\ntrain: images/train\nval: images/val\nnames: [disc, square]\n");
        _cfg = _folder["tiny.cfg"];
        File.WriteAllText(_cfg, SquareDetector.Region(64, 48, 2, "1.5,1.5,2.5,2.5", filters: 4));
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Train_YoloData_WritesModelsThatDetectTakes()
    {
        var result = await RunAsync("a.zip", "--epochs", "3", "--export", _folder["a.onnx"], "--preview", _folder["sheet.png"], "--report", _folder["report"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "10 images for training, 3 for validation (the data set's own split 'val'); classes: disc, square");
        StringAssert.Contains(result.Error, "by k-means, mean IoU");
        Assert.AreEqual(3, result.Error.Split('\n').Count(line => line.StartsWith("epoch", StringComparison.Ordinal)), result.Error);
        StringAssert.Contains(result.Error, "mAP@.5");
        StringAssert.Contains(result.Out, "validation: mAP@.5");
        using (var sheet = RgbImage.Load(_folder["sheet.png"])) Assert.IsTrue(sheet.Width > 500 && sheet.Height > 300);
        StringAssert.Contains(File.ReadAllText(_folder["report/report.html"]), "square");
        using (var metrics = JsonDocument.Parse(File.ReadAllText(_folder["report/metrics.json"]))) Assert.AreEqual(3, metrics.RootElement.GetProperty("epochs").GetArrayLength());
        (await RunAsync("a2.zip", "--epochs", "3", "--export", _folder["a.weights"])).AssertCode(ExitCode.Done);
        Assert.IsFalse(Directory.Exists(_folder["a.training"]));
        var answers = new List<string>();
        foreach (var model in new[] { "a.zip", "a.onnx", "a.cfg" })
        {
            var detected = await Cli.RunAsync("detect", _folder["images/val/00.png"], "-m", _folder[model], "--confidence", "0.001", "--json");
            detected.AssertCode(ExitCode.Done);
            answers.Add(detected.Out);
        }
        Assert.AreEqual(1, answers.Distinct().Count());
        StringAssert.Contains(answers[0], "\"square\"");
    }

    [TestMethod]
    public async Task Train_DataWithoutSplits_HoldsAPartOut()
    {
        Draw("all", 10, 3);
        File.WriteAllLines(_folder["all/classes.txt"], SquareDetector.Classes);
        var result = await Cli.RunAsync("train", "detector", _folder["all"], "--cfg", _cfg, "--split", "0.7", "--epochs", "1", "-o", _folder["a.zip"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "for validation (a random part of the images, 30 %)");
    }

    [TestMethod]
    [DataRow("a.zip")]
    [DataRow("a.onnx")]
    [DataRow("a.weights")]
    [DataRow("a.cfg")]
    public async Task Train_Start_GoesOnFromEarlierWeights(string start)
    {
        foreach (var export in new[] { "a.onnx", "a.weights" })
            (await RunAsync("a.zip", "--epochs", "12", "--learning-rate", "0.01", "--export", _folder[export])).AssertCode(ExitCode.Done);
        string[] network = start is "a.zip" or "a.onnx" ? ["--cfg", _cfg] : [];
        var again = await Cli.RunAsync(["train", "detector", _data, .. network, "--start", _folder[start], "--epochs", "1", "-o", _folder["b.zip"]]);
        again.AssertCode(ExitCode.Done);
        StringAssert.Contains(again.Error, "the values of 5 of 5 layers");
        var anew = await RunAsync("c.zip", "--epochs", "1");
        Assert.IsTrue(Loss(again.Error) < Loss(anew.Error) / 3, $"{again.Error}\n{anew.Error}");
    }

    [TestMethod]
    public async Task Train_StartOfOtherClasses_KeepsTheBackbone()
    {
        (await RunAsync("a.zip", "--epochs", "2")).AssertCode(ExitCode.Done);
        File.WriteAllText(_data, File.ReadAllText(_data).Replace("disc, square", "ball, box", StringComparison.Ordinal));
        var result = await RunAsync("b.zip", "--epochs", "1", "--start", _folder["a.zip"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "the values of 4 of 5 layers, the rest random");
    }

    [TestMethod]
    public async Task Train_ListLayers_NamesThem()
    {
        var result = await Cli.RunAsync("train", "detector", _data, "--cfg", _cfg, "--list-layers");
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Out, "layer_03_convolutional");
        StringAssert.Contains(result.Out, "32×6×8");
    }

    [TestMethod]
    public async Task Train_InterruptedAndResumed_WritesTheBytesOfAnUnbrokenRun()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        string[] options = ["--epochs", "40"];
        using var process = CliProcess.Start([.. Arguments("a.zip", options)]);
        while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("epoch", StringComparison.Ordinal)) { }
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        var (code, output, error) = await CliProcess.EndAsync(process);
        Assert.AreEqual(ExitCode.Interrupted, code, error);
        StringAssert.Contains(output, "a.zip");
        StringAssert.Contains(error, "--resume");
        (await RunAsync("a.zip", ["--resume", .. options])).AssertCode(ExitCode.Done);
        (await RunAsync("whole.zip", options)).AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(await File.ReadAllBytesAsync(_folder["whole.zip"]), await File.ReadAllBytesAsync(_folder["a.zip"]));
        Assert.IsFalse(Directory.Exists(_folder["a.training"]));
    }

    [TestMethod]
    [DataRow("", "--output")]
    [DataRow("-o X.zip --network yolo", "small")]
    [DataRow("-o X.zip --split 0.5 --validation data.yaml", "exclude each other")]
    [DataRow("-o X.zip --anchors 1,2,3", "pairs of width and height")]
    [DataRow("-o X.zip --mosaic 2", "--mosaic")]
    [DataRow("-o X.onnx", ".zip")]
    [DataRow("-o X.zip --export X.cfg", ".weights")]
    [DataRow("-o X.zip --export tiny.weights", "the network")]
    [DataRow("-o X.zip --freeze 99", "layer_00_convolutional")]
    public async Task Train_BadOptions_AreUsageErrors(string options, string expected)
    {
        string[] args = [.. options.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(o => o.Contains('.', StringComparison.Ordinal) && !char.IsDigit(o[0]) ? _folder[o] : o)];
        var network = args.Contains("--network") ? Array.Empty<string>() : ["--cfg", _cfg];
        var result = await Cli.RunAsync(["train", "detector", _data, .. network, "--epochs", "1", .. args]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, expected);
        Assert.IsFalse(File.Exists(_folder["X.zip"]));
    }

    [TestMethod]
    public async Task Train_FlawedData_IsNamedOrRefused()
    {
        File.WriteAllBytes(_folder["images/train/01.png"], File.ReadAllBytes(_folder["images/train/01.png"])[..200]);
        File.WriteAllText(_folder["images/train/02.txt"], "7 0.5 0.5 0.1 0.1\n");
        File.AppendAllText(_folder["images/train/03.txt"], "0 0.5 0.5 0 0.1\n");
        var result = await RunAsync("a.zip", "--epochs", "1");
        result.AssertCode(ExitCode.Failed);
        foreach (var name in new[] { "01.png", "02.txt", "03.txt" }) StringAssert.Contains(result.Error, name);
        (await RunAsync("b.zip", "--epochs", "1", "--strict")).AssertCode(ExitCode.BadModelOrData);
        Assert.IsFalse(File.Exists(_folder["b.zip"]));
    }

    [TestMethod]
    public async Task Anchors_OfData_AreShownWithTheirFit()
    {
        var result = await Cli.RunAsync("anchors", _data, "-k", "2", "--cfg", _cfg, "--plot", _folder["anchors.html"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Out, "objects in 10 images, letterbox to 64×48");
        StringAssert.Contains(result.Out, "k-means: mean IoU 0.");
        StringAssert.Contains(result.Out, "[region] anchors=1.5,1.5, 2.5,2.5");
        StringAssert.Contains(File.ReadAllText(_folder["anchors.html"]), "<svg");
        var tooMany = await Cli.RunAsync("anchors", _data, "-k", "99");
        tooMany.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(tooMany.Error, "different sizes");
    }

    private static double Loss(string error)
    {
        var line = error.Split('\n').First(l => l.StartsWith("epoch 1:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[3], CultureInfo.InvariantCulture);
    }

    private void Draw(string folder, int count, int seed) => SquareDetector.Draw(_folder[folder], count, seed);

    private Task<CliResult> RunAsync(string model, params string[] options) => Cli.RunAsync([.. Arguments(model, options)]);

    private IEnumerable<string> Arguments(string model, params string[] options) =>
        ["train", "detector", _data, "--cfg", _cfg, "--warm-up", "2", "--average", "0.8", "-o", _folder[model], .. options];
}
