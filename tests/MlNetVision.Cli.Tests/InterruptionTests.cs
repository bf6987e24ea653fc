using System.Diagnostics;
using System.Globalization;
using System.IO.Pipes;
using System.Text.Json.Nodes;
using MlNetVision.Imaging;
using MlNetVision.Onnx;
using MlNetVision.Tests;

namespace MlNetVision.Cli.Tests;

/// <summary>The first Ctrl-C ends a network that runs and a file that does not open; what was done before is kept.</summary>
[TestClass]
public sealed class InterruptionTests : IDisposable
{
    /// <summary>A second is what users are promised; a machine that does much else at once gets some more.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan AWhile = TimeSpan.FromMilliseconds(500);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [Timeout(120_000)]
    [DataRow("-INT")]
    [DataRow("-TERM")]
    public async Task Process_SignalledWhileTheNetworkRuns_KeepsWhatWasDoneAndReturns130(string signal)
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        using var process = CliProcess.Start("classify", Painted("a.png", 0), Painted("b.png", 255), "-m", SlowClassifier(), "--json", _folder["found.jsonl"], "-o", _folder["out"]);
        await process.StandardOutput.ReadLineAsync(); // the black image is done; the white one would take for ever
        await KillAsync(process, signal);
        var clock = Stopwatch.StartNew();
        var (code, _, error) = await CliProcess.EndAsync(process);
        Assert.AreEqual(ExitCode.Interrupted, code, error);
        Assert.IsLessThan(Soon, clock.Elapsed);
        Assert.AreEqual("error: interrupted; what was done until now is kept, and the same command with --resume goes on.", error.Split('\n')[0]);
        Assert.AreEqual(_folder["a.png"], (string?)JsonNode.Parse((await File.ReadAllLinesAsync(_folder["found.jsonl"])).Single())!["image"]);
        RgbImage.Load(_folder["out/a.png"]).Dispose();
        Assert.IsEmpty(Directory.GetFiles(_folder.Path, "*.partial", SearchOption.AllDirectories));
    }

    [TestMethod]
    [Timeout(120_000)]
    public async Task Process_SignalledWhileStandardInputIsInTheNetwork_Returns130()
    {
        if (OperatingSystem.IsWindows()) Assert.Inconclusive("needs kill(1)");
        using var process = CliProcess.Start("classify", Painted("a.png", 0), "-", "-m", SlowClassifier());
        await process.StandardInput.BaseStream.WriteAsync(await File.ReadAllBytesAsync(Painted("b.png", 255)));
        process.StandardInput.Close();
        await process.StandardOutput.ReadLineAsync();
        await Task.Delay(AWhile); // until it is there
        await KillAsync(process, "-INT");
        var clock = Stopwatch.StartNew();
        var (code, _, error) = await CliProcess.EndAsync(process);
        Assert.AreEqual(ExitCode.Interrupted, code, error);
        Assert.IsLessThan(Soon, clock.Elapsed);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("classify a.png -m tiny.onnx --json PIPE")]
    [DataRow("model info tiny.onnx --json PIPE")]
    public async Task Run_PipeNobodyReadsFrom_EndsWith130(string line)
    {
        PrepareFiles();
        var pipe = NamedPipe.Make(_folder["PIPE"]);
        await InterruptAsync(Arguments(line));
        // The thread that is left in the open may end.
        await using var other = new FileStream(pipe, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("classify a.png -m tiny.onnx --labels")]
    [DataRow("detect a.png -m tiny.cfg --labels")]
    [DataRow("segment a.png -m segmenter.onnx --palette")]
    public async Task Run_OpenPipeNobodyWritesTo_EndsWith130(string line)
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("needs /proc/self/fd");
        PrepareFiles();
        // What <(…) of a shell gives; the write end is disposed last, and ends the thread that is left in the read.
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        await InterruptAsync([.. Arguments(line), PathOf(pipe)]);
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Run_LabelsFromAnOpenPipe_AreRead()
    {
        if (!OperatingSystem.IsLinux()) Assert.Inconclusive("needs /proc/self/fd");
        PrepareFiles();
        await using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        await pipe.WriteAsync("one\ntwo\nthree\n"u8.ToArray());
        var path = PathOf(pipe);
        var run = Cli.RunAsync([.. Arguments("classify a.png -m tiny.onnx --json - --labels"), path]);
        await pipe.DisposeAsync();
        var result = await run.WaitAsync(Soon);
        result.AssertCode(ExitCode.Done);
        StringAssert.Contains(result.Out, "three");
    }

    [TestMethod]
    [Timeout(60_000)]
    [DataRow("classify PIPE.png -m tiny.onnx", ExitCode.Failed)]
    [DataRow("stylize PIPE.png --style a.png -o out", ExitCode.Failed)]
    [DataRow("stylize a.png --style PIPE.png -o out", ExitCode.Usage)]
    [DataRow("stylize a.png -m negative.onnx --mask PIPE.png -o out", ExitCode.Usage)]
    [DataRow("classify a.png -m tiny.onnx --labels PIPE", ExitCode.BadModelOrData)]
    [DataRow("classify a.png -m PIPE.onnx", ExitCode.BadModelOrData)]
    [DataRow("classify a.png -m PIPE.zip", ExitCode.BadModelOrData)]
    [DataRow("detect a.png -m PIPE.cfg --weights tiny.weights", ExitCode.BadModelOrData)]
    [DataRow("detect a.png -m tiny.cfg --weights PIPE", ExitCode.BadModelOrData)]
    [DataRow("detect a.png -m tiny.cfg --labels PIPE", ExitCode.BadModelOrData)]
    [DataRow("segment a.png -m PIPE.onnx", ExitCode.BadModelOrData)]
    [DataRow("segment a.png -m segmenter.onnx --palette PIPE", ExitCode.BadModelOrData)]
    [DataRow("stylize a.png -m PIPE.t7 -o out", ExitCode.BadModelOrData)]
    [DataRow("stylize a.png -m negative.onnx --mask PIPE.onnx -o out", ExitCode.BadModelOrData)]
    [DataRow("stylize a.png --style a.png --network PIPE.onnx", ExitCode.BadModelOrData)]
    [DataRow("train style --style a.png --photos a.png --network PIPE.onnx -o out.zip", ExitCode.BadModelOrData)]
    [DataRow("train classifier PIPE.csv -o out.zip", ExitCode.BadModelOrData)]
    [DataRow("evaluate classifier PIPE.csv -m tiny.onnx", ExitCode.BadModelOrData)]
    [DataRow("evaluate detector PIPE.yaml -m tiny.cfg", ExitCode.BadModelOrData)]
    [DataRow("evaluate detector PIPE.json -m tiny.cfg", ExitCode.BadModelOrData)]
    [DataRow("evaluate detector PIPE.data -m tiny.cfg", ExitCode.BadModelOrData)]
    [DataRow("evaluate detector PIPE.txt -m tiny.cfg", ExitCode.BadModelOrData)]
    [DataRow("model info PIPE.onnx", ExitCode.BadModelOrData)]
    [DataRow("model convert PIPE.onnx -o out.onnx", ExitCode.BadModelOrData)]
    [DataRow("model verify PIPE.onnx", ExitCode.BadModelOrData)]
    public async Task Run_NamedPipeWhereAFileIsExpected_IsRefusedAtOnce(string line, int code)
    {
        PrepareFiles();
        var name = line.Split(' ').Single(w => w.StartsWith("PIPE", StringComparison.Ordinal));
        NamedPipe.Make(_folder[name]);
        var result = await Cli.RunAsync(Arguments(line)).WaitAsync(Soon);
        result.AssertCode(code);
        StringAssert.Contains(result.Error, $"'{_folder[name]}' is a named pipe; expected a regular file");
    }

    [TestMethod]
    [Timeout(60_000)]
    public async Task Run_JsonToAPipe_IsReadAtItsOtherEnd()
    {
        PrepareFiles();
        var pipe = NamedPipe.Make(_folder["PIPE"]);
        var read = Task.Run(() => File.ReadAllTextAsync(pipe));
        (await Cli.RunAsync(Arguments("classify a.png -m tiny.onnx --json PIPE"))).AssertCode(ExitCode.Done);
        Assert.AreEqual(_folder["a.png"], (string?)JsonNode.Parse(await read.WaitAsync(Soon))!["image"]);
    }

    private static async Task InterruptAsync(string[] args)
    {
        using var stop = new CancellationTokenSource();
        var run = Cli.RunAsync(Stream.Null, stop.Token, args);
        await Task.WhenAny(run, Task.Delay(AWhile));
        Assert.IsFalse(run.IsCompleted, "it was to wait for the pipe");
        await stop.CancelAsync();
        (await run.WaitAsync(Soon)).AssertCode(ExitCode.Interrupted);
    }

    private static string PathOf(AnonymousPipeServerStream pipe) => $"/proc/self/fd/{pipe.GetClientHandleAsString()}";

    private void PrepareFiles()
    {
        Painted("a.png", 128);
        TinyClassifier.Write(_folder, "red", "green", "blue");
        TinyDetector.Write(_folder);
        TinyStyle.Write(_folder);
        TinySegmenter.Write(_folder, "segmenter.onnx");
    }

    /// <summary>The words of a command line; those that name files do so in the folder.</summary>
    private string[] Arguments(string line) => [.. line.Split(' ').Select(w => w.StartsWith("PIPE", StringComparison.Ordinal) || w == "out" || w.Contains('.') ? _folder[w] : w)];

    private string Painted(string name, byte grey)
    {
        using var image = new RgbImage(16, 16);
        image.Pixels.Fill(grey);
        for (var i = 3; i < image.Pixels.Length; i += 4) image.Pixels[i] = 255;
        return _folder.Write(name, image.Encode(ImageFormat.Png));
    }

    /// <summary>A classifier that answers for black images at once, and for white ones never.</summary>
    private string SlowClassifier()
    {
        var model = OnnxModel.Load(TinyClassifier.Write(_folder, "red", "green", "blue"));
        SlowNetwork.Of(model, SlowNetwork.Endless, byImage: true).Save(_folder["slow.onnx"]);
        return _folder["slow.onnx"];
    }

    private static async Task KillAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}
