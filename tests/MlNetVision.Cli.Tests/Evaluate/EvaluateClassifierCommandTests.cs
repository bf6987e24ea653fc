using System.Text.Json.Nodes;
using MlNetVision.Imaging;

namespace MlNetVision.Cli.Tests.Evaluate;

/// <summary>Four images whose answers are worked out by hand: the network takes the colour that there is most of.</summary>
[TestClass]
public sealed class EvaluateClassifierCommandTests : IDisposable
{
    private static readonly string[] Labels = ["red", "grün, hell", "blue"];

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public EvaluateClassifierCommandTests()
    {
        _model = TinyClassifier.Write(_folder, Labels);
        Add("red/a", 1, 0);
        Add("red/b", 1, 0);
        Add("red/c", 0, 1); // is taken for blue
        Add("blue/d", 0, 1);
        Directory.CreateDirectory(_folder["set/grün, hell"]); // a class without images has no metrics
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Evaluate_Json_HasTheContractsMetrics()
    {
        var result = await Cli.RunAsync("evaluate", "classifier", _folder["set"], "-m", _model, "--json");
        result.AssertCode(ExitCode.Done);
        var metrics = JsonNode.Parse(result.Lines.Single())!;
        Assert.AreEqual(0.75, (double)metrics["accuracy"]!);
        // red: 2 of 3 found, 2 of 2 right; blue: 1 of 1, 1 of 2.
        Assert.AreEqual((0.8 + (2.0 / 3)) / 2, (double)metrics["macroF1"]!, 1e-9);
        // Scores 4, 0, 0 of one colour that fills the image.
        var (sure, wrong) = (Math.Exp(4) / (Math.Exp(4) + 2), 1 / (Math.Exp(4) + 2));
        Assert.AreEqual(-((3 * Math.Log(sure)) + Math.Log(wrong)) / 4, (double)metrics["logLoss"]!, 1e-4);
        Assert.AreEqual(sure - 0.75, (double)metrics["expectedCalibrationError"]!, 1e-5);
        Assert.AreEqual("[[2,0,1],[0,0,0],[0,0,1]]", metrics["confusion"]!.ToJsonString());
        Assert.AreEqual(3, (int)metrics["perClass"]![0]!["support"]!);
    }

    [TestMethod]
    public async Task Evaluate_Text_ShowsEachClassAndWritesTheFiles()
    {
        var result = await Cli.RunAsync("evaluate", "classifier", _folder["set"], "-m", _model,
            "--csv", _folder["c.csv"], "--metrics", _folder["f.csv"], "--image", _folder["c.png"], "--json", _folder["f.json"]);
        result.AssertCode(ExitCode.Done);
        StringAssert.Matches(result.Out, new(@"red +3 +2 +2 +1\.000 +0\.667 +0\.800"));
        StringAssert.Contains(result.Out, "Accuracy 0.750, macro F1 0.733");
        Assert.AreEqual("truth,red,\"grün, hell\",blue\nred,2,0,1\n\"grün, hell\",0,0,0\nblue,0,0,1\n", await File.ReadAllTextAsync(_folder["c.csv"]));
        Assert.HasCount(4, await File.ReadAllLinesAsync(_folder["f.csv"]));
        using var drawn = RgbImage.Load(_folder["c.png"]);
        Assert.IsGreaterThan(100, drawn.Width);
        Assert.IsNotNull(JsonNode.Parse(await File.ReadAllTextAsync(_folder["f.json"]))!["accuracy"]);
    }

    [TestMethod]
    [DataRow("calibrated.onnx")]
    [DataRow("calibrated.zip")]
    public async Task Calibrate_SureOfTooMuch_WritesAModelOfLessLoss(string name)
    {
        var before = await Cli.RunAsync("evaluate", "classifier", _folder["set"], "-m", _model, "--json", "--calibrate", "-o", _folder[name]);
        before.AssertCode(ExitCode.Done);
        var after = await Cli.RunAsync("evaluate", "classifier", _folder["set"], "-m", _folder[name], "--json");
        after.AssertCode(ExitCode.Done);
        // Of four answers of the odds e^(4/T) : 1 : 1, three are right: the least loss is where they are given 3/4 or as little as that allows.
        var (loss, calibrated) = ((double)JsonNode.Parse(before.Out)!["logLoss"]!, (double)JsonNode.Parse(after.Out)!["logLoss"]!);
        Assert.AreEqual(-((3 * Math.Log(0.75)) + Math.Log(0.125)) / 4, calibrated, 1e-3);
        Assert.IsGreaterThan(calibrated, loss);
        Assert.AreEqual(0.0, (double)JsonNode.Parse(after.Out)!["expectedCalibrationError"]!, 1e-3);
        StringAssert.Contains(before.Error, "temperature 2.2"); // 4 / ln 6 = 2.232
    }

    [TestMethod]
    public async Task Evaluate_ImageThatCannotBeRead_IsReportedAndTheRestMeasured()
    {
        _folder.Write("set/blue/bad.png", Images.RedPng().AsSpan(0, 60));
        var result = await Cli.RunAsync("evaluate", "classifier", _folder["set"], "-m", _model, "--json");
        result.AssertCode(ExitCode.Failed);
        StringAssert.Contains(result.Error, "bad.png");
        Assert.AreEqual(4, (int)JsonNode.Parse(result.Lines.Single())!["images"]!);
        var strict = await Cli.RunAsync("evaluate", "classifier", _folder["set"], "-m", _model, "--strict");
        strict.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(strict.Error, "bad.png");
    }

    [TestMethod]
    public async Task Evaluate_EmptyFolderAndImagesOfOtherFormats_AreLeftOutUnlessStrict()
    {
        Directory.CreateDirectory(_folder["set/empty"]);
        var result = await Cli.RunAsync("evaluate", "classifier", _folder["set"], "-m", _model);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "no images of the class 'empty'");
        Directory.Delete(_folder["set/empty"]);
        _folder.Write("set/red/scan.tif", [1]);
        result = await Cli.RunAsync("evaluate", "classifier", _folder["set"], "-m", _model);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Error, "warning: 1 image of a format that is not read is left out: ");
        result = await Cli.RunAsync("evaluate", "classifier", _folder["set"], "-m", _model, "--strict");
        result.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(result.Error, "scan.tif");
    }

    [TestMethod]
    public async Task Evaluate_FoldersThatTheModelDoesNotKnow_AreNamed()
    {
        _folder.Write("set/lila/x.png", Images.RedPng());
        var result = await Cli.RunAsync("evaluate", "classifier", _folder["set"], "-m", _model);
        result.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(result.Error, "lila");
    }

    [TestMethod]
    public async Task Evaluate_NothingToRead_IsABadDataSet()
    {
        foreach (var file in Directory.GetFiles(_folder["set"], "*", SearchOption.AllDirectories)) await File.WriteAllTextAsync(file, "no image");
        var result = await Cli.RunAsync("evaluate", "classifier", _folder["set"], "-m", _model);
        result.AssertCode(ExitCode.BadModelOrData);
        StringAssert.Contains(result.Error, "none of its 4 images");
        (await Cli.RunAsync("evaluate", "classifier", _folder["nowhere"], "-m", _model)).AssertCode(ExitCode.BadModelOrData);
    }

    [TestMethod]
    [DataRow("--calibrate")]
    [DataRow("-o", "x.onnx")]
    [DataRow("--calibrate", "-o", "x.txt")]
    public async Task Calibrate_HalfGiven_IsAUsageError(params string[] args)
    {
        var result = await Cli.RunAsync(["evaluate", "classifier", _folder["set"], "-m", _model, .. args]);
        result.AssertCode(ExitCode.Usage);
        Assert.IsEmpty(result.Out);
    }

    private void Add(string name, byte red, byte blue)
    {
        using var image = new RgbImage(20, 20);
        for (var i = 0; i < image.Pixels.Length; i++) image.Pixels[i] = (byte)(255 * (i % 4) switch { 0 => red, 2 => blue, 3 => 1, _ => 0 });
        _folder.Write($"set/{name}.png", image.Encode(ImageFormat.Png));
    }
}
