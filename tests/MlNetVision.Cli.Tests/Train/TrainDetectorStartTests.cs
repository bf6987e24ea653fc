using System.Globalization;
using MlNetVision.Training.Tests.Detection;

namespace MlNetVision.Cli.Tests.Train;

[TestClass]
public sealed class TrainDetectorStartTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _data;
    private readonly string _cfg;

    public TrainDetectorStartTests()
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

    /// <summary>Killed (SIGKILL) soon after an epoch, at any place of the next one, and resumed. <c>MLNETVISION_KILLS</c> says how often.</summary>
    [TestMethod]
    public async Task Train_KilledAndResumed_WritesTheBytesOfAnUnbrokenRun()
    {
        var random = new Random(1);
        string[] options = ["--epochs", (10 * (KillLoop.Kills + 1)).ToString(CultureInfo.InvariantCulture), "--multi-scale"];
        for (var kills = 0; kills < KillLoop.Kills; kills++)
        {
            using var process = CliProcess.Start([.. Arguments("a.zip", [.. options, .. kills > 0 ? new[] { "--resume" } : []])]);
            while (await process.StandardError.ReadLineAsync() is { } line && !line.StartsWith("epoch", StringComparison.Ordinal)) { }
            // A resumed run first tells the epochs before.
            await Task.Delay(random.Next(20, 400));
            process.Kill();
            await process.WaitForExitAsync();
            Assert.IsFalse(File.Exists(_folder["a.zip"]), "it was killed before its end");
        }
        (await RunAsync("a.zip", [.. options, "--resume"])).AssertCode(ExitCode.Done);
        (await RunAsync("whole.zip", options)).AssertCode(ExitCode.Done);
        CollectionAssert.AreEqual(await File.ReadAllBytesAsync(_folder["whole.zip"]), await File.ReadAllBytesAsync(_folder["a.zip"]));
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
