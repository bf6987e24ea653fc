using System.Diagnostics;

namespace MlNetVision.Cli.Tests;

/// <summary>Runs the program as the shell does.</summary>
internal static class CliProcess
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Process Start(params string[] args) => Start(new Dictionary<string, string>(), args);

    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] args) => Start("", environment, args);

    /// <summary>Runs it in a folder, so that relative paths are of that folder.</summary>
    public static Process StartIn(string folder, params string[] args) => Start(folder, new Dictionary<string, string>(), args);

    private static Child Start(string folder, IReadOnlyDictionary<string, string> environment, string[] args)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        start.ArgumentList.Add(typeof(CommandLine).Assembly.Location);
        foreach (var arg in args) start.ArgumentList.Add(arg);
        var process = new Child { StartInfo = start };
        process.Start();
        return process;
    }

    public static async Task<(int Code, string Out, string Error)> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        return (await CodeAsync(process), await output, await error);
    }

    public static async Task<int> CodeAsync(Process process)
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    /// <summary>Ends with the test, also with one that fails before the program has ended.</summary>
    private sealed class Child : Process
    {
        protected override void Dispose(bool disposing)
        {
            try
            {
                Kill(entireProcessTree: true);
            }
            catch (InvalidOperationException)
            {
                // It never started.
            }
            base.Dispose(disposing);
        }
    }
}
