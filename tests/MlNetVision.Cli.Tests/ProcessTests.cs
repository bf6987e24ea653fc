using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MlNetVision.Cli.Tests;

/// <summary>The program as the shell runs it: what runs within a test's process cannot show.</summary>
[TestClass]
public sealed class ProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public async Task Process_ImageOnStandardInput_AnswersJsonOnStandardOutput()
    {
        using var process = CliProcess.Start("detect", "-", "-m", TinyDetector.Write(_folder), "--json");
        await process.StandardInput.BaseStream.WriteAsync(Images.RedPng());
        process.StandardInput.Close();
        var (code, output, error) = await CliProcess.EndAsync(process);
        Assert.AreEqual(ExitCode.Done, code, error);
        Assert.AreEqual("red", (string?)JsonNode.Parse(output)!["detections"]![0]!["label"]);
        Assert.AreEqual("", error);
    }

    [TestMethod]
    [DataRow]
    [DataRow("--standalone")]
    public async Task Process_ModelSavedAndLoaded_LeavesNoTemporaryFiles(params string[] form)
    {
        var temporary = Directory.CreateDirectory(_folder["temporary"]).FullName;
        var environment = new Dictionary<string, string> { ["TMPDIR"] = temporary, ["TMP"] = temporary, ["TEMP"] = temporary };
        using var save = CliProcess.Start(environment, ["detect", "-m", TinyDetector.Write(_folder), "--save", _folder["tiny.zip"], .. form]);
        var saved = await CliProcess.EndAsync(save);
        Assert.AreEqual(ExitCode.Done, saved.Code, saved.Error);
        using var use = CliProcess.Start(environment, "detect", _folder.Write("a.png", Images.RedPng()), "-m", _folder["tiny.zip"]);
        Assert.AreEqual(ExitCode.Done, (await CliProcess.EndAsync(use)).Code);
        // ONNX Runtime's own library leaves a dot-file of a few bytes.
        Assert.IsEmpty(Directory.GetFileSystemEntries(temporary).Where(f => !Path.GetFileName(f).StartsWith('.')));
    }

    [TestMethod]
    public async Task Process_UnknownCommand_ReturnsTwo()
    {
        using var process = CliProcess.Start("detekt");
        var (code, output, error) = await CliProcess.EndAsync(process);
        Assert.AreEqual(ExitCode.Usage, code);
        Assert.AreEqual("", output);
        StringAssert.Contains(error, "detect");
    }

    [TestMethod]
    [DataRow("detect", "")]
    [DataRow("stylize", "")]
    [DataRow("stylize", " --style painting.png --size 32")]
    public async Task Process_ClosedStandardInput_EndsWithAnError(string command, string options)
    {
        File.WriteAllBytes(_folder["painting.png"], Images.RedPng());
        var (code, _, error) = await ShellAsync($"{{0}} {command} - -q{options} <&-");
        Assert.AreEqual(ExitCode.Failed, code, error);
        StringAssert.Contains(error, "standard input ('-') is closed; expected an image on it");
    }

    /// <summary>The number of a closed stream stands for a file of the runtime, which nothing may be written to.</summary>
    [TestMethod]
    [DataRow("2>&-")]
    [DataRow("2>/dev/full")]
    public async Task Process_StandardErrorThatCannotBeWritten_DoesItsWork(string error)
    {
        if (error.EndsWith("full", StringComparison.Ordinal) && !File.Exists("/dev/full")) Assert.Inconclusive("needs /dev/full");
        for (var i = 0; i < 3; i++) _folder.Write($"pics/{i}.png", Images.RedPng());
        _folder.Write("pics/1.png", "no image"u8.ToArray());
        var (code, output, _) = await ShellAsync($"{{0}} detect pics -m {TinyDetector.Write(_folder)} -o out --json found.jsonl {error}");
        Assert.AreEqual(ExitCode.Failed, code);
        Assert.HasCount(2, output.TrimEnd().Split('\n'));
        Assert.HasCount(3, await File.ReadAllLinesAsync(_folder["found.jsonl"]));
        Assert.HasCount(2, Directory.GetFiles(_folder["out"]));
        Assert.AreEqual(ExitCode.BadModelOrData, (await ShellAsync($"{{0}} detect pics -m absent.onnx {error}")).Code);
    }

    [TestMethod]
    public async Task Process_ClosedStandardOutput_SaysSo()
    {
        var (code, _, error) = await ShellAsync($"{{0}} detect {_folder.Write("a.png", Images.RedPng())} -m {TinyDetector.Write(_folder)} >&-");
        Assert.AreEqual(ExitCode.Failed, code, error);
        StringAssert.Contains(error, "standard output is closed");
    }

    /// <summary>.NET keeps some hundred files open itself.</summary>
    [TestMethod]
    public async Task Process_FewFilesMayBeOpen_SaysSoBeforeAnyWork()
    {
        var (code, output, error) = await ShellAsync($"ulimit -n 64; {{0}} detect {_folder.Write("a.png", Images.RedPng())} -m {TinyDetector.Write(_folder)} -o out");
        Assert.AreEqual(ExitCode.Usage, code, error);
        StringAssert.StartsWith(error, "error: this process may open too few files (ulimit -n)");
        Assert.AreEqual("", output);
        Assert.IsFalse(Directory.Exists(_folder["out"]));
        (code, _, error) = await ShellAsync($"ulimit -n 128; {{0}} detect a.png -m tiny.cfg -o out --save tiny.zip");
        Assert.AreEqual(ExitCode.Done, code, error);
    }

    /// <summary>Runs a line of the shell in the folder; {0} stands for the program.</summary>
    private async Task<(int Code, string Output, string Error)> ShellAsync(string line)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs sh(1)");
        var program = string.Format(System.Globalization.CultureInfo.InvariantCulture, line, $"exec dotnet '{typeof(CommandLine).Assembly.Location}'");
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo("sh")
        {
            ArgumentList = { "-c", $"cd '{_folder.Path}' && {program}" },
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        try
        {
            return await CliProcess.EndAsync(process);
        }
        finally
        {
            process.Kill();
        }
    }

    [TestMethod]
    public async Task Process_Interrupted_KeepsWhatWasDoneAndReturns130()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        var image = Images.RedPng(1500, 1500);
        for (var i = 0; i < 400; i++) _folder.Write($"pics/{i:000}.png", image);
        using var process = CliProcess.Start("detect", _folder["pics"], "-m", TinyDetector.Write(_folder), "--json", _folder["found.jsonl"], "-o", _folder["out"]);
        await process.StandardOutput.ReadLineAsync(); // the first image is done
        await KillAsync(process, "-INT");
        var (code, _, error) = await CliProcess.EndAsync(process);
        Assert.AreEqual(ExitCode.Interrupted, code, error);
        var lines = await File.ReadAllLinesAsync(_folder["found.jsonl"]);
        Assert.IsTrue(lines.Length is >= 1 and < 400, $"{lines.Length} lines");
        foreach (var line in lines) Assert.IsNotNull(JsonNode.Parse(line)!["detections"], line);
        Assert.IsEmpty(Directory.GetFiles(_folder.Path, "*.partial", SearchOption.AllDirectories));
        foreach (var file in Directory.GetFiles(_folder["out"])) Imaging.RgbImage.Load(file).Dispose();
    }

    [TestMethod]
    public async Task Process_InterruptedWhileInputIsAwaited_EndsAtOnceWith130()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        using var process = CliProcess.Start("detect", _folder.Write("a.png", Images.RedPng()), "-", "-m", TinyDetector.Write(_folder));
        await process.StandardOutput.ReadLineAsync(); // the first image is done; the second never comes
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        await KillAsync(process, "-TERM");
        var (code, _, error) = await CliProcess.EndAsync(process);
        Assert.AreEqual(ExitCode.Interrupted, code, error);
        StringAssert.Contains(error, "interrupted");
    }

    private static async Task KillAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    [TestMethod]
    public async Task Process_ReaderOfTheOutputGoesAway_EndsQuietly()
    {
        for (var i = 0; i < 60; i++) _folder.Write($"pics/{i:000}.png", Images.RedPng());
        using var process = CliProcess.Start("detect", _folder["pics"], "-m", TinyDetector.Write(_folder), "--json");
        process.StandardOutput.Close();
        await CliProcess.CodeAsync(process);
        Assert.DoesNotContain("   at ", await process.StandardError.ReadToEndAsync());
    }
}
