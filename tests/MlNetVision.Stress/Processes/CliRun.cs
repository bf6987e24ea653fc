using System.Diagnostics;
using System.Security.Cryptography;

namespace MlNetVision.Stress.Processes;

/// <summary>The program <c>mlnetvision</c> as a process of its own.</summary>
internal static class CliRun
{
    private static readonly string Program = typeof(Cli.CommandLine).Assembly.Location;

    /// <summary>Starts it in a folder; its streams are read to the end, so that it never waits.</summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="args">The arguments.</param>
    /// <param name="fileBlocks">The largest file that it may write, in blocks of 1,024 bytes; null: any.</param>
    /// <param name="heap">The size that the managed heap may have, in bytes; null: any.</param>
    public static RunningCli Start(string folder, IEnumerable<string> args, long? fileBlocks = null, long? heap = null)
    {
        var start = new ProcessStartInfo(fileBlocks is null ? "dotnet" : "bash")
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        if (heap is { } bytes) start.Environment["DOTNET_GCHeapHardLimit"] = FormattableString.Invariant($"{bytes:X}");
        if (fileBlocks is { } blocks)
        {
            // With SIGXFSZ ignored, a write beyond the limit fails as on a full disk, and does not end the process. The runtime doubles its
            // executable memory in a file, which the limit would forbid.
            start.Environment["DOTNET_EnableWriteXorExecute"] = "0";
            foreach (var word in new[] { "-c", FormattableString.Invariant($"trap '' XFSZ; ulimit -f {blocks}; exec dotnet \"$@\""), "bash" }) start.ArgumentList.Add(word);
        }
        start.ArgumentList.Add(Program);
        foreach (var arg in args) start.ArgumentList.Add(arg);
        return new RunningCli(Process.Start(start)!);
    }

    /// <summary>The files below a folder with the hashes of their content.</summary>
    public static SortedDictionary<string, string> Files(string folder)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (!Directory.Exists(folder)) return files;
        foreach (var path in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }))
            files[Path.GetRelativePath(folder, path)] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
        return files;
    }

    /// <summary>The names that two folders do not have in common, or with other content.</summary>
    public static string Difference(SortedDictionary<string, string> expected, SortedDictionary<string, string> found) =>
        string.Join(", ", expected.Keys.Union(found.Keys).Where(name => expected.GetValueOrDefault(name) != found.GetValueOrDefault(name)));
}

/// <summary>A process that runs.</summary>
internal sealed class RunningCli(Process process) : IDisposable
{
    private readonly Task<string> _error = Begin(process);

    /// <summary>The memory that it holds now, in bytes.</summary>
    public long Memory
    {
        get
        {
            process.Refresh();
            return process.HasExited ? 0 : process.WorkingSet64;
        }
    }

    /// <summary>Waits for its end.</summary>
    /// <param name="most">The longest time.</param>
    /// <returns>Exit code and standard error; null where it has not ended.</returns>
    public (int Code, string Error)? Wait(TimeSpan most) => process.WaitForExit(most) ? (process.ExitCode, _error.GetAwaiter().GetResult()) : null;

    /// <summary>Ends it as <c>kill -9</c> does.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited) Kill();
        process.Dispose();
    }

    private static Task<string> Begin(Process process)
    {
        process.StandardInput.Close();
        _ = process.StandardOutput.ReadToEndAsync();
        return process.StandardError.ReadToEndAsync();
    }
}
