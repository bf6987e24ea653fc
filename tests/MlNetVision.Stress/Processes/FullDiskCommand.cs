using MlNetVision.Stress.Drawn;
using MlNetVision.Stress.Fuzzing;
using SkiaSharp;

namespace MlNetVision.Stress.Processes;

/// <summary>
/// Lets writes fail: commands that save run with a limit on the size of files, from 1 KiB upwards until they succeed. Each time they must end with a
/// message and a documented exit code, and leave no half file under the final name; and the next run without a limit must succeed.
/// </summary>
internal static class FullDiskCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly (string Name, string[] Args, string Output)[] Commands =
    [
        ("train", ["train", "classifier", "photos", "-f", "b.onnx", "-o", "out/mine.zip", "--epochs", "2", "--workspace", "work", "--cache", "cache"], "out/mine.zip"),
        ("save", ["detect", "images", "-m", "d.cfg", "--save", "out/saved.zip"], "out/saved.zip"),
        ("convert", ["model", "convert", "d.cfg", "-o", "out/net.onnx"], "out/net.onnx"),
        ("detect", ["detect", "images", "-m", "d.cfg", "-o", "out/pics", "--json", "out/all.json"], "out/all.json"),
        ("stylize", ["stylize", "images", "-m", "n.onnx", "-o", "out/pics"], "out/pics"),
    ];

    public static int Run(ReadOnlySpan<string> args)
    {
        var arguments = Arguments.Parse(args, "--most");
        var most = arguments.Number("--most") ?? 1 << 16;
        var chosen = arguments.Words.Count == 0 ? Commands : [.. Commands.Where(c => arguments.Words.Contains(c.Name))];
        if (chosen.Length == 0) throw new ArgumentException($"There is no such command; there are {string.Join(", ", Commands.Select(c => c.Name))}.");
        return StressCommand.Interruptible(stop => chosen.TakeWhile(_ => !stop.IsCancellationRequested).Count(command =>
        {
            var problem = Run(command.Args, command.Output, most, stop, out var limits);
            Console.WriteLine($"{command.Name,-10} {problem ?? FormattableString.Invariant($"sound with {limits} limits below what it writes")}");
            return problem is not null;
        }));
    }

    private static string? Run(string[] args, string output, long most, CancellationToken stop, out int limits)
    {
        limits = 0;
        using var sandbox = new Sandbox();
        Prepare(sandbox);
        if (Unlimited(sandbox, args) is { } broken) return broken;
        var whole = CliRun.Files(sandbox["out"], ".");
        Clear(sandbox);
        // In small steps first, where headers and manifests end, then faster.
        for (var blocks = 1L; blocks <= most && !stop.IsCancellationRequested; blocks += Math.Max(1, blocks / 3))
        {
            using var run = CliRun.Start(sandbox.Root, args, blocks);
            if (run.Wait(Patience) is not var (code, error)) return FormattableString.Invariant($"hangs with {blocks} KiB");
            var found = CliRun.Files(sandbox["out"], ".");
            if (code == 0) return CliRun.Difference(whole, found) is { Length: > 0 } other ? $"exit code 0, but {other} differ" : null;
            limits++;
            if (code is < 1 or > 3) return FormattableString.Invariant($"exit code {code} with {blocks} KiB: {error}");
            if (!error.Contains("error:", StringComparison.Ordinal) && !error.Contains("warning:", StringComparison.Ordinal)) return FormattableString.Invariant($"no message with {blocks} KiB: {error}");
            if (error.Contains("unexpected ", StringComparison.Ordinal)) return FormattableString.Invariant($"with {blocks} KiB: {error}");
            if (found.Keys.FirstOrDefault(name => IsFinal(name, output) && found[name] != whole.GetValueOrDefault(name)) is { } half) return FormattableString.Invariant($"with {blocks} KiB {half} is not whole");
            if (limits % 3 == 0 && Unlimited(sandbox, args) is { } next) return FormattableString.Invariant($"after {blocks} KiB: {next}");
            if (limits % 3 == 0) Clear(sandbox);
        }
        return stop.IsCancellationRequested ? null : "never succeeds";
    }

    /// <summary>Whether a file has a name that users look for. The lines of those images that could be done are no half file.</summary>
    private static bool IsFinal(string name, string output) =>
        !output.EndsWith(".json", StringComparison.Ordinal) && !name.Contains(".partial", StringComparison.Ordinal) && Path.GetExtension(name) is ".zip" or ".onnx" or ".png" or ".jpg";

    private static string? Unlimited(Sandbox sandbox, string[] args)
    {
        using var run = CliRun.Start(sandbox.Root, args);
        return run.Wait(Patience) switch
        {
            null => "hangs without a limit",
            (0, _) => null,
            var (code, error) => FormattableString.Invariant($"exit code {code} without a limit: {error}"),
        };
    }

    private static void Clear(Sandbox sandbox)
    {
        foreach (var folder in new[] { "out", "work", "cache" })
            if (Directory.Exists(sandbox[folder])) Directory.Delete(sandbox[folder], recursive: true);
    }

    private static void Prepare(Sandbox sandbox)
    {
        KillCommand.Prepare(sandbox, 3);
        sandbox.Write("b.onnx", TinyModels.Backbone());
        for (var i = 0; i < 12; i++) sandbox.Write(FormattableString.Invariant($"photos/{(i % 2 == 0 ? "a" : "b")}/{i}.png"), DrawnImages.Encode(20 + i, 18 + i % 2 * 9, SKEncodedImageFormat.Png));
    }
}
