using System.Diagnostics;
using MlNetVision.Cli.Tests;
using MlNetVision.Stress.Drawn;
using MlNetVision.Stress.Fuzzing;
using SkiaSharp;

namespace MlNetVision.Stress.Processes;

/// <summary>
/// Kills a run with <c>--resume</c> at random times (SIGKILL) and starts it again until it ends, and compares every byte that it wrote with an
/// unbroken run.
/// </summary>
internal static class KillCommand
{
    private const string Folder = "run";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);
    private static readonly Dictionary<string, string> Models = new() { ["detect"] = "d.cfg", ["segment"] = "s.onnx", ["classify"] = "c.onnx", ["stylize"] = "n.onnx" };

    public static int Run(ReadOnlySpan<string> args)
    {
        var arguments = Arguments.Parse(args, "--times", "--images", "--seed");
        var verbs = arguments.Words.Count == 0 ? [.. Models.Keys] : arguments.Words;
        if (verbs.Find(v => !Models.ContainsKey(v)) is { } unknown) throw new ArgumentException($"'{unknown}' is no verb; there are {string.Join(", ", Models.Keys)}.");
        var (times, images, seed) = ((int)(arguments.Number("--times") ?? 20), (int)(arguments.Number("--images") ?? 300), (int)(arguments.Number("--seed") ?? 1));
        return StressCommand.Interruptible(stop => verbs.TakeWhile(_ => !stop.IsCancellationRequested).Count(verb => Run(verb, times, images, new Random(seed), stop) is false));
    }

    /// <summary>Whether all broken runs of a verb gave the bytes of the unbroken one.</summary>
    private static bool Run(string verb, int times, int images, Random random, CancellationToken stop)
    {
        using var sandbox = new Sandbox();
        Prepare(sandbox, images);
        var clock = Stopwatch.StartNew();
        using (var whole = CliRun.Start(sandbox.Root, Command(verb)))
        {
            if (whole.Wait(Patience) is not (0, _)) return Say(verb, "the unbroken run failed");
        }
        var (unbroken, taken, kills) = (CliRun.Files(sandbox[Folder]), clock.Elapsed, 0);
        for (var time = 0; time < times && !stop.IsCancellationRequested; time++)
        {
            // The same folder, because JSON names the files.
            Directory.Delete(sandbox[Folder], recursive: true);
            for (var isDone = false; !isDone;)
            {
                using var run = CliRun.Start(sandbox.Root, Command(verb));
                var ended = run.Wait(taken * (0.1 + random.NextDouble()));
                if (ended is { Code: not 0 } failed) return Say(verb, $"exit code {failed.Code} after {kills} kills: {failed.Error}");
                if (ended is not null) isDone = true;
                else
                {
                    run.Kill();
                    kills++;
                }
            }
            if (CliRun.Difference(unbroken, CliRun.Files(sandbox[Folder])) is { Length: > 0 } difference) return Say(verb, $"after {kills} kills these differ: {difference}");
        }
        Console.WriteLine(FormattableString.Invariant($"{verb,-10} {times} runs, {kills} kills, {unbroken.Count} files: the same bytes; {clock.Elapsed.TotalSeconds:0} s"));
        return true;
    }

    private static bool Say(string verb, string what)
    {
        Console.WriteLine($"{verb,-10} {what}");
        return false;
    }

    private static string[] Command(string verb) => [verb, "images", "-m", Models[verb], "--json", $"{Folder}/all.json", "-o", $"{Folder}/out", "--resume", "--quiet"];

    internal static void Prepare(Sandbox sandbox, int images)
    {
        using var models = new TemporaryFolder();
        TinyDetector.Write(models, "d");
        TinySegmenter.Write(models, "s.onnx");
        File.Move(TinyClassifier.Write(models, "dark", "dim", "bright"), models["c.onnx"]);
        TinyStyle.Write(models, "n.onnx");
        foreach (var file in Directory.EnumerateFiles(models.Path)) sandbox.Write(Path.GetFileName(file), File.ReadAllBytes(file));
        for (var i = 0; i < images; i++)
            sandbox.Write(FormattableString.Invariant($"images/{i % 7}/{i:0000}.png"), DrawnImages.Encode(320 + i % 50, 240 + i % 31, SKEncodedImageFormat.Png));
    }
}
