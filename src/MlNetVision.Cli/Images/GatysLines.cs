using System.Diagnostics;
using System.Globalization;
using MlNetVision.Cli.Commands;
using MlNetVision.Cli.Hosting;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Images;

/// <summary>Lines on standard error that tell how an optimisation goes; at most one a second beside the first and last.</summary>
/// <remarks>Not System.Progress, which would report from other threads, out of order.</remarks>
internal sealed class GatysLines(Terminal terminal, NeuralStyleOptions options) : IProgress<StyleProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Stopwatch _clock = new();

    public void Report(StyleProgress value)
    {
        var isLast = value.Iteration == options.Iterations;
        if (_clock.IsRunning && _clock.Elapsed < Pause && !isLast) return;
        _clock.Restart();
        var scale = options.Scales == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"scale {value.Scale + 1} of {options.Scales}, ");
        var left = value.Remaining > TimeSpan.Zero ? $"; {TrainingProgress.Left(value.Remaining)} left" : "";
        var terms = value.Losses.Weighted ?? value.Losses;
        var styles = string.Join(" ", terms.Styles.Select(s => s.ToString("G3", CultureInfo.InvariantCulture)));
        terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"{scale}iteration {value.Iteration} of {options.Iterations}: loss {terms.Total:G5} = content {terms.Content:G3} + styles {styles} + variation {terms.TotalVariation:G3}{left}"));
    }
}
