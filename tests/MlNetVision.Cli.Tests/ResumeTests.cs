using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Tests;

namespace MlNetVision.Cli.Tests;

/// <summary>Runs that are stopped, killed or cut off, and go on: the end is that of a run that nothing happened to, byte for byte.</summary>
[TestClass]
public sealed class ResumeTests : IDisposable
{
    private const string Json = "found.jsonl";

    /// <summary>Turns of a loop in the network, so that an image takes some 50 ms.</summary>
    private const long Turns = 20_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [Timeout(1_800_000)]
    [DataRow("detect")]
    [DataRow("segment")]
    [DataRow("classify")]
    [DataRow("stylize")]
    public async Task KilledAndResumed_UntilItEnds_GivesTheBytesOfAnUnbrokenRun(string command)
    {
        Prepare("whole", command, 6 * KillLoop.Kills + 6); // some are done at once
        Prepare("killed", command, 6 * KillLoop.Kills + 6);
        string[] args = [command, "pics", "-m", "model.onnx", "-o", "out", "--json", Json];
        using (var whole = CliProcess.StartIn(_folder["whole"], args))
        {
            whole.StandardInput.Close();
            var end = await CliProcess.EndAsync(whole);
            Assert.AreEqual(ExitCode.Failed, end.Code, end.Error); // one image is none
        }
        var (code, error, kills) = await KillLoop.RunAsync(_folder["killed"], args, Json, KillLoop.Kills, new Random(1));
        Assert.AreEqual(ExitCode.Failed, code, error);
        Assert.AreEqual(KillLoop.Kills, kills);
        StringAssert.Contains(error, "resumed: ");
        CollectionAssert.AreEqual(Contents("whole"), Contents("killed"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Interrupted_ByCtrlC_LandsAndGoesOnFromThere()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        Prepare("whole", "classify", 8);
        Prepare("stopped", "classify", 8);
        string[] args = ["classify", "pics", "-m", "model.onnx", "--json", Json];
        await RunAsync("whole", args);
        using (var process = CliProcess.StartIn(_folder["stopped"], args))
        {
            await process.StandardOutput.ReadLineAsync();
            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            var end = await CliProcess.EndAsync(process);
            Assert.AreEqual(ExitCode.Interrupted, end.Code, end.Error);
        }
        var landed = await File.ReadAllLinesAsync(_folder[$"stopped/{Json}"]);
        Assert.IsTrue(landed.Length is >= 1 and < 9, $"{landed.Length} lines");
        var (code, error) = await RunAsync("stopped", [.. args, "--resume"]);
        Assert.AreEqual(ExitCode.Failed, code);
        StringAssert.Contains(error, $"resumed: {landed.Length} images are done");
        CollectionAssert.AreEqual(Contents("whole"), Contents("stopped"));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task ReaderGone_AfterTheFirstLine_EndsTheRunAndLandsTheLines()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive(".NET drops what nobody reads there");
        Prepare("cut", "classify", 60);
        using var process = CliProcess.StartIn(_folder["cut"], "classify", "pics", "-m", "model.onnx", "--json", Json);
        process.StandardInput.Close();
        StringAssert.Contains(await process.StandardOutput.ReadLineAsync(), "000.png: ");
        process.StandardOutput.Close();
        var error = process.StandardError.ReadToEndAsync();
        Assert.AreEqual(ExitCode.Failed, await CliProcess.CodeAsync(process));
        Assert.AreEqual("", await error);
        var lines = await File.ReadAllLinesAsync(_folder[$"cut/{Json}"]);
        Assert.IsTrue(lines.Length is >= 1 and < 30, $"{lines.Length} lines");
        foreach (var line in lines) Assert.IsNotNull(JsonNode.Parse(line)!["predictions"]);
        Assert.IsFalse(File.Exists(_folder[$"cut/{Json}.partial"]));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Resumed_WhatIsNotAsItWas_IsDoneAgain()
    {
        await InterruptAsync();
        // Of four images that are done: one changed, the result of one is damaged, the journal's line of one is, and one is as it was.
        File.Copy(_folder["run/pics/007.png"], _folder["run/pics/000.png"], overwrite: true);
        Flip(_folder["run/out/001.png"], 60);
        var journal = Directory.GetFiles(_folder["run/out"], ".mlnetvision-*.journal").Single();
        Flip(journal, File.ReadAllText(journal).IndexOf("002.png", StringComparison.Ordinal));
        File.AppendAllText(journal, "image 0123456789abcdef {\"Image\":\"torn");
        var kept = File.GetLastWriteTimeUtc(_folder["run/out/003.png"]);
        var (code, error) = await RunAsync("run", ["classify", "pics", "-m", "model.onnx", "-o", "out", "--resume"]);
        Assert.AreEqual(ExitCode.Failed, code, error);
        StringAssert.Contains(error, "2 damaged lines");
        Assert.AreEqual(kept, File.GetLastWriteTimeUtc(_folder["run/out/003.png"]));

        Prepare("whole", "classify", 8);
        File.Copy(_folder["whole/pics/007.png"], _folder["whole/pics/000.png"], overwrite: true);
        await RunAsync("whole", ["classify", "pics", "-m", "model.onnx", "-o", "out"]);
        CollectionAssert.AreEqual(Contents("whole"), Contents("run"));
    }

    /// <summary>An image that would have had the name of a result that is there.</summary>
    [TestMethod]
    [Timeout(120_000)]
    public async Task Resumed_AfterAnImageWasAdded_TakesNoResultOfAnother()
    {
        await InterruptAsync();
        using (var added = Images.Quarters(90, 50, (1, 1, true))) added.Save(_folder["run/pics/000.bmp.png"]);
        File.Move(_folder["run/pics/000.bmp.png"], _folder["run/pics/000.jpg"]);
        var before = await File.ReadAllBytesAsync(_folder["run/out/000.png"]);
        var (code, error) = await RunAsync("run", ["classify", "pics", "-m", "model.onnx", "-o", "out", "--resume"]);
        Assert.AreEqual(ExitCode.Failed, code, error);
        CollectionAssert.AreEqual(before, await File.ReadAllBytesAsync(_folder["run/out/000.png"]));
        Assert.HasCount(9, Directory.GetFiles(_folder["run/out"]));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("-INT -INT")]
    [DataRow("-TERM -TERM")]
    public async Task Interrupted_BySignalsAtOnce_LandsAsByOne(string signals)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        Prepare("run", "classify", 8);
        using var process = CliProcess.StartIn(_folder["run"], "classify", "pics", "-m", "model.onnx", "--json", Json);
        await process.StandardOutput.ReadLineAsync();
        // timeout(1) signals the process, and then its group.
        using (var kill = Process.Start("sh", ["-c", string.Join("; ", signals.Split(' ').Select(s => $"kill {s} {process.Id}"))])) await kill.WaitForExitAsync();
        var (code, _, error) = await CliProcess.EndAsync(process);
        Assert.AreEqual(ExitCode.Interrupted, code, error);
        Assert.IsNotEmpty(await File.ReadAllLinesAsync(_folder[$"run/{Json}"]));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Output_AnotherRunIsAtWorkInIt_IsRefused()
    {
        await InterruptAsync();
        var journal = Directory.GetFiles(_folder["run/out"], ".mlnetvision-*.journal").Single();
        using var other = new FileStream(journal, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var (code, error) = await RunAsync("run", ["classify", "pics", "-m", "model.onnx", "-o", "out"]);
        Assert.AreEqual(ExitCode.Usage, code, error);
        StringAssert.Contains(error, "another run with the same inputs and outputs is at work");
    }

    /// <summary>What fits lands, up to the last whole line.</summary>
    [TestMethod]
    [Timeout(120_000)]
    public async Task Json_DiskIsFull_LandsTheWholeLines()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("needs ulimit -f and SIGXFSZ");
        Prepare("run", "classify", 60);
        using var process = Process.Start(new ProcessStartInfo("bash")
        {
            ArgumentList = { "-c", $"trap '' XFSZ; ulimit -f 4; exec dotnet '{typeof(CommandLine).Assembly.Location}' classify pics -m model.onnx --json {Json} -q" },
            WorkingDirectory = _folder["run"], RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
            Environment = { ["DOTNET_EnableWriteXorExecute"] = "0" },
        })!;
        process.StandardInput.Close();
        var (code, _, error) = await CliProcess.EndAsync(process);
        Assert.AreEqual(ExitCode.Failed, code, error);
        var lines = await File.ReadAllLinesAsync(_folder[$"run/{Json}"]);
        Assert.IsTrue(lines.Length is > 5 and < 60, $"{lines.Length} lines");
        foreach (var line in lines) Assert.IsNotNull(JsonNode.Parse(line));
        Assert.IsFalse(File.Exists(_folder[$"run/{Json}.partial"]));
    }

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("--top 2", "--top was not given, and is '2'")]
    [DataRow("", "model 1 differs; the content of")]
    public async Task Resumed_AsAnotherRun_IsRefusedAndSaysWhatDiffers(string options, string reason)
    {
        await InterruptAsync();
        if (options.Length == 0) TinyClassifier.Write(_folder, "a", "b", "c");
        if (options.Length == 0) File.Copy(_folder["tiny.onnx"], _folder["run/model.onnx"], overwrite: true);
        // What the killed run was just writing is removed by any later one.
        string[] before = [.. Contents("run").Where(f => !f.Contains(".partial ", StringComparison.Ordinal))];
        var (code, error) = await RunAsync("run", ["classify", "pics", "-m", "model.onnx", "-o", "out", "--resume", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.AreEqual(ExitCode.Usage, code, error);
        StringAssert.Contains(error, reason);
        CollectionAssert.AreEqual(before, Contents("run"));
    }

    [TestMethod]
    public async Task Resume_NothingThere_StartsAtTheBeginning()
    {
        Prepare("run", "classify", 1);
        var (code, error) = await RunAsync("run", ["classify", "pics", "-m", "model.onnx", "--json", Json, "--resume"]);
        Assert.AreEqual(ExitCode.Failed, code, error);
        StringAssert.Contains(error, "there is no run to resume");
        Assert.IsEmpty(Directory.GetFiles(_folder["run"], ".*"));
    }

    [TestMethod]
    [DataRow("classify a.png --resume", "--json FILE")]
    [DataRow("classify a.png --json --resume", "--json FILE")]
    [DataRow("segment a.png -o out --sheet sheet.png --resume", "--sheet")]
    [DataRow("stylize a.png -o out --grid grid.png --resume", "--grid")]
    public async Task Resume_NothingToGoOnFrom_IsAnErrorOfUsage(string line, string reason)
    {
        _folder.Write("a.png", Images.RedPng());
        var result = await Cli.RunAsync([.. line.Split(' ').Select(w => w.Contains('.') || w == "out" ? _folder[w] : w)]);
        result.AssertCode(ExitCode.Usage);
        StringAssert.Contains(result.Error, reason);
    }

    [TestMethod]
    public async Task Json_AnotherRunWritesIt_IsRefused()
    {
        Prepare("run", "classify", 1);
        using var other = new FileStream(_folder[$"run/{Json}.partial"], FileMode.Create, FileAccess.Write, FileShare.None);
        var (code, error) = await RunAsync("run", ["classify", "pics", "-m", "model.onnx", "--json", Json]);
        Assert.AreEqual(ExitCode.Usage, code, error);
        StringAssert.Contains(error, "another run writes this file");
    }

    /// <summary>A run into a folder that is killed when four of its images are done.</summary>
    private async Task InterruptAsync()
    {
        Prepare("run", "classify", 8);
        using var process = CliProcess.StartIn(_folder["run"], "classify", "pics", "-m", "model.onnx", "-o", "out");
        for (var i = 0; i < 4; i++) await process.StandardOutput.ReadLineAsync();
        process.Kill();
        await process.WaitForExitAsync();
    }

    private async Task<(int Code, string Error)> RunAsync(string folder, string[] args)
    {
        using var process = CliProcess.StartIn(_folder[folder], args);
        process.StandardInput.Close();
        var (code, _, error) = await CliProcess.EndAsync(process);
        return (code, error);
    }

    /// <summary>A folder with a slow model and images, of which the last is none.</summary>
    private void Prepare(string folder, string command, int images)
    {
        for (var i = 0; i < images; i++)
        {
            using var image = Images.Quarters(64 + i, 64 + i, (i % 2, i / 2 % 2, i % 3 == 0));
            _folder.Write($"{folder}/pics/{i:000}.png", image.Encode(ImageFormat.Png));
        }
        _folder.Write($"{folder}/pics/broken.png", "no image"u8);
        var model = command switch
        {
            "detect" => ModelLocator.Open(TinyDetector.Write(_folder)),
            "segment" => OnnxModel.Load(TinySegmenter.Write(_folder)),
            "classify" => OnnxModel.Load(TinyClassifier.Write(_folder, "red", "green", "blue")),
            _ => OnnxModel.Load(TinyStyle.Write(_folder)),
        };
        SlowNetwork.Of(model, Turns).Save(_folder[$"{folder}/model.onnx"]);
    }

    private static void Flip(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>All files below a folder with their hashes, journals and temporary ones included.</summary>
    private string[] Contents(string folder) => [.. Directory.GetFiles(_folder[folder], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(f => $"{Path.GetRelativePath(_folder[folder], f)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(f)))}")];
}
