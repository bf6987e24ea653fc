using System.Diagnostics;

namespace MlNetVision.Cli.Tests;

/// <summary>
/// Runs a command, kills it (SIGKILL: nothing of it can run any more) whenever it has done something more, and resumes it until it ends.
/// </summary>
internal static class KillLoop
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The kills of each loop: few in the suite, 20 and more by <c>MLNETVISION_KILLS</c>.</summary>
    public static int Kills { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("MLNETVISION_KILLS"), System.Globalization.CultureInfo.InvariantCulture, out var kills) ? kills : 2;

    /// <param name="folder">The folder that the command runs in.</param>
    /// <param name="args">The command, with <c>--json</c> and a file.</param>
    /// <param name="json">That file, in the folder.</param>
    /// <param name="kills">How often it is killed.</param>
    /// <param name="random">Chooses when: up to 30 ms after the next line.</param>
    /// <returns>The exit code of the last run, its errors, and how many runs were killed.</returns>
    public static async Task<(int Code, string Error, int Kills)> RunAsync(string folder, string[] args, string json, int kills, Random random)
    {
        var partial = Path.Combine(folder, $"{json}.partial");
        var reached = 0L;
        for (var killed = 0; ; killed++)
        {
            using var process = CliProcess.StartIn(folder, [.. args, "--resume"]);
            process.StandardInput.Close();
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            var clock = Stopwatch.StartNew();
            // A resumed run writes the lines of the images that are done first. The length alone is looked at: to open the file would lock it.
            while (killed < kills && !process.HasExited && Length(partial) <= reached && clock.Elapsed < Patience) await Task.Delay(Pause);
            if (killed < kills) await Task.Delay(random.Next(30));
            if (killed == kills || process.HasExited)
            {
                var code = await CliProcess.CodeAsync(process);
                await output;
                return (code, await error, killed);
            }
            reached = Length(partial);
            process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
