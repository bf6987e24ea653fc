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
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs sh(1)");
        File.WriteAllBytes(_folder["painting.png"], Images.RedPng());
        var program = typeof(CommandLine).Assembly.Location;
        using var process = System.Diagnostics.Process.Start(new ProcessStartInfo("sh")
        {
            ArgumentList = { "-c", $"cd '{_folder.Path}' && exec dotnet '{program}' {command} - -q{options} <&-" },
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        try
        {
            var (code, _, error) = await CliProcess.EndAsync(process);
            Assert.AreEqual(ExitCode.Failed, code, error);
            StringAssert.Contains(error, "standard input ('-') is closed; expected an image on it");
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
