using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace MlNetVision.Cli.Hosting;

/// <summary>A bar with count, rate and time left on standard error, where that is a window and there are several images.</summary>
internal static class ImageProgress
{
    /// <param name="terminal">Where the bar is drawn.</param>
    /// <param name="total">The number of images.</param>
    /// <param name="printsLines">
    /// Whether results are printed by <see cref="Terminal.Result(string)"/>; JSON in the same window leaves no place for a bar.
    /// </param>
    /// <param name="run">The work; calls its argument after each image.</param>
    public static async Task<int> ShowAsync(Terminal terminal, int total, bool printsLines, Func<Action, Task<int>> run)
    {
        if (total < 2 || !terminal.ErrorIsWindow || terminal.Verbosity == Verbosity.Quiet || (terminal.OutIsWindow && !printsLines))
            return await run(() => { });
        terminal.IsProgressShown = true;
        try
        {
            return await terminal.ErrorConsole.Progress().AutoClear(true)
                .Columns(new ProgressBarColumn(), new CountColumn(), new RateColumn(), new RemainingTimeColumn())
                .StartAsync(context =>
                {
                    var task = context.AddTask("images", maxValue: total);
                    return run(() => task.Increment(1));
                });
        }
        finally
        {
            terminal.IsProgressShown = false;
        }
    }

    /// <summary>Time left, in whole minutes or seconds.</summary>
    public static string TimeLeft(TimeSpan time) => time.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMinutes):0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s");

    private sealed class CountColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(string.Create(CultureInfo.InvariantCulture, $"{task.Value:0}/{task.MaxValue:0}"));
    }

    private sealed class RateColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
        {
            var seconds = task.ElapsedTime?.TotalSeconds ?? 0;
            return new Text(seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{task.Value / seconds:0.0}/s") : "");
        }
    }
}
