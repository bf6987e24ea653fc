using MlNetVision.Stress.Drawn;
using MlNetVision.Stress.Fuzzing;
using SkiaSharp;

namespace MlNetVision.Stress.Processes;

/// <summary>
/// Lets writes or allocations fail: commands that save run with a limit that grows until they succeed. Each time they must end with a message and a
/// documented exit code, and leave no half file under the final name; and the next run without a limit must succeed, where it resumes with the bytes
/// of a run that nothing happened to.
/// </summary>
/// <param name="name">What the unit of the limit is called.</param>
/// <param name="start">Starts the program in a folder with arguments and a limit.</param>
/// <param name="first">The smallest limit.</param>
/// <param name="next">The limit after another.</param>
internal sealed class LimitCommand(string name, Func<string, string[], long, RunningCli> start, long first, Func<long, long> next)
{
    /// <summary>What the runtime itself says before it ends a process that has no memory for an exception.</summary>
    private const string RuntimeOutOfMemory = "Out of memory";

    private const string RuntimeDoesNotStart = "GC heap initialization failed";
    private const int Aborted = 134;

    /// <summary>Files end at a size, in KiB: in small steps first, where headers and manifests end, then faster.</summary>
    public static LimitCommand FullDisk { get; } = new("KiB of a file", (folder, args, blocks) => CliRun.Start(folder, args, blocks), 1, blocks => blocks + Math.Max(1, blocks / 3));

    /// <summary>The managed heap ends at a size, in KiB, from what the runtime needs to start.</summary>
    public static LimitCommand LowMemory { get; } = new("KiB of heap", (folder, args, size) => CliRun.Start(folder, args, heap: size << 10), 3600, size => size + Math.Max(64, size / 16))
    {
        // The tiny models fit into the least heap that the runtime starts with.
        Models = { ["d.cfg"] = "blood-cells", ["n.onnx"] = "starry-night", ["b.onnx"] = "flowers" },
    };

    private Dictionary<string, string> Models { get; } = [];

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly (string Name, string[] Args, string Output)[] Commands =
    [
        ("train", ["train", "classifier", "photos", "-f", "b.onnx", "-o", "out/mine.zip", "--epochs", "2", "--workspace", "work", "--cache", "cache"], "out/mine.zip"),
        ("save", ["detect", "images", "-m", "d.cfg", "--save", "out/saved.zip"], "out/saved.zip"),
        ("convert", ["model", "convert", "d.cfg", "-o", "out/net.onnx"], "out/net.onnx"),
        ("detect", ["detect", "images", "-m", "d.cfg", "-o", "out/pics", "--json", "out/all.json"], "out/all.json"),
        ("resume", ["detect", "images", "-m", "d.cfg", "-o", "out/pics", "--json", "out/all.json", "--resume"], "out/all.json"),
        ("stylize", ["stylize", "images", "-m", "n.onnx", "-o", "out/pics"], "out/pics"),
    ];

    public int Run(ReadOnlySpan<string> args)
    {
        var arguments = Arguments.Parse(args, "--most");
        var most = arguments.Number("--most") ?? 1 << 16;
        var chosen = arguments.Words.Count == 0 ? Commands : [.. Commands.Where(c => arguments.Words.Contains(c.Name))];
        if (chosen.Length == 0) throw new ArgumentException($"There is no such command; there are {string.Join(", ", Commands.Select(c => c.Name))}.");
        return StressCommand.Interruptible(stop => chosen.TakeWhile(_ => !stop.IsCancellationRequested).Count(command =>
        {
            var problem = Run([.. command.Args.Select(a => Models.GetValueOrDefault(a, a))], command.Output, most, stop, out var limits);
            Console.WriteLine($"{command.Name,-10} {problem ?? FormattableString.Invariant($"sound with {limits} limits below what it needs")}");
            return problem is not null || limits == 0;
        }));
    }

    private string? Run(string[] args, string output, long most, CancellationToken stop, out int limits)
    {
        limits = 0;
        using var sandbox = new Sandbox();
        Prepare(sandbox);
        if (Unlimited(sandbox, args) is { } broken) return broken;
        var whole = CliRun.Files(sandbox["out"]);
        Clear(sandbox);
        for (var limit = first; limit <= most && !stop.IsCancellationRequested; limit = next(limit))
        {
            using var run = start(sandbox.Root, args, limit);
            if (run.Wait(Patience) is not var (code, error)) return Say(limit, "hangs");
            var found = CliRun.Files(sandbox["out"]);
            if (code == 0) return CliRun.Difference(whole, found) is { Length: > 0 } other ? Say(limit, $"exit code 0, but {other} differ") : null;
            if (error.Contains(RuntimeDoesNotStart, StringComparison.Ordinal)) continue;
            limits++;
            if (Complaint(code, error) is { } complaint) return Say(limit, complaint);
            if (found.Keys.FirstOrDefault(file => IsFinal(file, output) && found[file] != whole.GetValueOrDefault(file)) is { } half) return Say(limit, $"{half} is not whole");
            if (limits % 3 != 0) continue;
            if (Unlimited(sandbox, args) is { } after) return Say(limit, $"afterwards: {after}");
            if (args.Contains("--resume") && CliRun.Difference(whole, CliRun.Files(sandbox["out"])) is { Length: > 0 } unlike) return Say(limit, $"afterwards {unlike} differ");
            Clear(sandbox);
        }
        return stop.IsCancellationRequested ? null : "never succeeds";
    }

    private string Say(long limit, string what) => FormattableString.Invariant($"with {limit} {name}: {what}");

    /// <summary>What is wrong with the end of a limited run; null: nothing.</summary>
    private static string? Complaint(int code, string error)
    {
        if (code == Aborted && error.Contains(RuntimeOutOfMemory, StringComparison.Ordinal)) return null;
        if (code is < 1 or > 3) return FormattableString.Invariant($"exit code {code}: {error}");
        if (!error.Contains("error:", StringComparison.Ordinal) && !error.Contains("warning:", StringComparison.Ordinal)) return $"no message: {error}";
        return error.Contains("unexpected ", StringComparison.Ordinal) ? error : null;
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
