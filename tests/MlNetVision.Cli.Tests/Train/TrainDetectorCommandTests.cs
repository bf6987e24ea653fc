using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using MlNetVision.Detection;
using MlNetVision.Training.Tests.Detection;

namespace MlNetVision.Cli.Tests.Train;

[TestClass]
public sealed class TrainDetectorCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SquareFolder _data = new();

    public void Dispose()
    {
        _folder.Dispose();
        _data.Dispose();
    }

    [TestMethod]
    public async Task Train_RandomValues_LearnsAndWritesAllFilesThatAgree()
    {
        var result = await RunAsync("a.zip", "--epochs", "150", "--learning-rate", "0.01", "--evaluate-every", "50", "--mosaic", "0", "--average", "0.9",
            "--export", _folder["a.weights"], "--preview", _folder["sheet.png"], "--report", _folder["report"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "16 images for training, 8 for validation (the data set's own split 'val')");
        StringAssert.Contains(result.Error, "anchors: 3 by k-means");
        StringAssert.Contains(result.Error, "epoch 150: loss ");
        StringAssert.Matches(result.Out, new(@"validation: mAP@\.5 [01]\.\d+, mAP@\[\.5:\.95\] [01]\.\d+ \(epoch \d+ of 150\)\n"));
        Assert.IsFalse(Directory.Exists(_folder["a.training"]));
        var metrics = JsonNode.Parse(await File.ReadAllTextAsync(_folder["report/metrics.json"]))!;
        var map50 = (double)metrics["validation"]!["metrics"]!["mAP50"]!;
        Assert.IsGreaterThan(0.8, map50);
        Assert.IsNull(metrics["before"]);
        Assert.IsTrue(File.Exists(_folder["report/report.html"]));
        using (var sheet = Imaging.RgbImage.Load(_folder["sheet.png"])) Assert.IsGreaterThan(sheet.Height / 2, sheet.Width);
        using var zip = ObjectDetector.Load(_folder["a.zip"]);
        using var darknet = ObjectDetector.Load(_folder["a.cfg"]);
        CollectionAssert.AreEqual(new[] { "red", "blue" }, darknet.Labels.ToArray());
        foreach (var image in Directory.GetFiles(_data["images/val"])) CollectionAssert.AreEqual(zip.Detect(image).Detections.ToArray(), darknet.Detect(image).Detections.ToArray());
        var evaluated = await Cli.RunAsync("evaluate", "detector", _data.Path, "--split", "val", "-m", _folder["a.zip"], "--json");
        Assert.AreEqual(map50, (double)JsonNode.Parse(evaluated.Out)!["mAP50"]!, 1e-6);

        // What was trained starts the next training, from each of its files; the report has what it found before.
        foreach (var start in new[] { "a.zip", "a.cfg", "a.weights" })
        {
            result = await RunAsync("b.zip", false, "--start", _folder[start], "--epochs", "1", "--learning-rate", "0.00001", "--report", _folder["second"]);
            result.AssertCode(ExitCode.Done);
            StringAssert.Contains(result.Error, "the values of 5 of 5 layers");
            metrics = JsonNode.Parse(await File.ReadAllTextAsync(_folder["second/metrics.json"]))!;
            Assert.AreEqual(map50, (double)metrics["before"]!["metrics"]!["mAP50"]!, 1e-3, start);
        }
    }

    [TestMethod]
    public async Task Train_InterruptedAndResumed_KeepsWhatWasDoneAndWritesTheBytesOfAnUnbrokenRun()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        string[] options = ["--epochs", "60", "--evaluate-every", "4"];
        (await RunAsync("whole.zip", options)).AssertCode(ExitCode.Done);
        using (var process = CliProcess.Start([.. Arguments("broken.zip", true, options)]))
        {
            while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("epoch 9:", StringComparison.Ordinal)) { }
            using (var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
            var (code, output, error) = await CliProcess.EndAsync(process);
            Assert.AreEqual(ExitCode.Interrupted, code, error);
            StringAssert.Contains(error, "--resume resumes the training");
            StringAssert.Contains(output, "validation: mAP@.5");
        }
        using (ObjectDetector.Load(_folder["broken.zip"])) { }
        var other = await RunAsync("broken.zip", [.. options, "--learning-rate", "0.5", "--resume"]);
        other.AssertCode(ExitCode.Usage);
        (await RunAsync("broken.zip", [.. options, "--resume"])).AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(await File.ReadAllBytesAsync(_folder["whole.zip"]), await File.ReadAllBytesAsync(_folder["broken.zip"]));
        Assert.IsFalse(Directory.Exists(_folder["broken.training"]));
    }

    [TestMethod]
    public async Task Train_BrokenData_IsNamedAndLeftOutOrRefused()
    {
        await File.WriteAllTextAsync(_data["labels/train/00.txt"], "7 0.5 0.5 0.1 0.1\n");
        File.Delete(_data["images/train/01.png"]);
        await File.WriteAllTextAsync(_data["labels/train/02.txt"], "0 0.5 0.5 0 0.1\n1 0.9 0.9 0.4 0.4\n");
        var bytes = await File.ReadAllBytesAsync(_data["images/train/03.png"]);
        await File.WriteAllBytesAsync(_data["images/train/03.png"], bytes[..(bytes.Length / 2)]);
        var result = await RunAsync("a.zip", "--epochs", "1");
        result.AssertCode(ExitCode.Failed);
        foreach (var expected in new[] { "00.txt(1): the class 7 does not exist", "1 of 23 images left out", "02.txt(1)", "02.txt(2)", "03.png" })
            StringAssert.Contains(result.Error, expected);
        Assert.IsTrue(File.Exists(_folder["a.zip"]));
        result = await RunAsync("b.zip", "--epochs", "1", "--strict");
        result.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(result.Error, "00.txt(1)");
        Assert.IsFalse(File.Exists(_folder["b.zip"]));
    }

    [TestMethod]
    [DataRow("--anchors 1,2,3", ExitCode.Usage, "pairs of width and height")]
    [DataRow("--validation . --split 0.5", ExitCode.Usage, "exclude each other")]
    [DataRow("--export a.h5", ExitCode.Usage, ".onnx or .weights")]
    [DataRow("--freeze layer_99", ExitCode.Usage, "layer_00_convolutional")]
    [DataRow("--learning-rate 0", ExitCode.Usage, "--learning-rate")]
    [DataRow("--size 60", ExitCode.Done, "60×60")]
    [DataRow("--start flowers", ExitCode.BadModelOrData, "YOLO")]
    [DataRow("--start none.onnx", ExitCode.BadModelOrData, "none.onnx")]
    [DataRow("--schedule slow", ExitCode.Usage, "cosine")]
    public async Task Train_Option_SaysWhatWasExpected(string option, int code, string expected)
    {
        var result = await RunAsync("a.zip", [.. option.Split(' '), "--epochs", "1"]);
        result.AssertCode(code);
        StringAssert.Contains(result.Error, expected);
        Assert.AreEqual(code == ExitCode.Done, File.Exists(_folder["a.zip"]));
    }

    [TestMethod]
    public async Task Train_WithoutDataOrOutput_IsUsage()
    {
        var result = await Cli.RunAsync("train", "detector", "-o", _folder["a.zip"]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "DATA");
        result = await Cli.RunAsync("train", "detector", _data.Path);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "--output");
        (await Cli.RunAsync("train", "detector", _folder["none"], "-o", _folder["a.zip"])).AssertCode(ExitCode.BadModelOrData);
    }

    [TestMethod]
    public async Task Train_OutputOverAnInput_IsRefused()
    {
        var result = await RunAsync("a.zip", "--export", Path.ChangeExtension(_data.Network, ".weights"));
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, "squares.cfg");
    }

    [TestMethod]
    public async Task ListLayers_Network_NamesThemWithoutData()
    {
        var result = await Cli.RunAsync("train", "detector", "--network", _data.Network, "--list-layers");
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Out, "layer_06_convolutional");
        Assert.HasCount(10, result.Lines);
    }

    [TestMethod]
    public async Task Anchors_DataSet_PrintsBothFitsAndPlots()
    {
        var result = await Cli.RunAsync("anchors", _data.Path, "-k", "3", "--network", _data.Network, "--plot", _folder["a.html"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Out, "[region] anchors=");
        StringAssert.Contains(await File.ReadAllTextAsync(_folder["a.html"]), "<svg");
        var json = JsonNode.Parse((await Cli.RunAsync("anchors", _data.Path, "-k", "3", "--network", _data.Network, "--json")).Out)!;
        Assert.IsGreaterThan((double)json["network"]!["meanIoU"]!, (double)json["kMeans"]!["meanIoU"]!);
        // A cell of this network is 8 pixels wide.
        Assert.AreEqual((double)json["kMeans"]!["anchors"]![0]! * 8, (double)json["kMeans"]!["pixels"]![0]![0]!, 0.01);
        (await Cli.RunAsync("anchors", _data.Path, "-k", "900", "--network", _data.Network)).AssertCode(ExitCode.BadModelOrData);
        (await Cli.RunAsync("anchors", _data.Path, "--network", "tiny")).AssertCode(ExitCode.Usage);
    }

    private Task<CliResult> RunAsync(string output, params string[] options) => RunAsync(output, true, options);

    private Task<CliResult> RunAsync(string output, bool network, params string[] options) => Cli.RunAsync([.. Arguments(output, network, options)]);

    private string[] Arguments(string output, bool network, string[] options) =>
    [
        "train", "detector", _data.Path, "-o", _folder[output], "--warm-up", "5",
        .. network && !options.Contains("--start") ? ["--network", _data.Network] : Array.Empty<string>(), .. options,
    ];
}
