using System.Diagnostics;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Training;

namespace MlNetVision.Cli.Commands;

/// <summary>How far a training has come, line by line on standard error: features every few seconds, then each epoch.</summary>
internal sealed class TrainingProgress(Terminal terminal) : IProgress<FeatureProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Report(FeatureProgress value)
    {
        var isLast = value.Done == value.Total;
        if (!isLast && _clock.Elapsed < Pause) return;
        _clock.Restart();
        var cached = value.Cached > 0 ? string.Create(CultureInfo.InvariantCulture, $", {value.Cached} of them kept from before") : "";
        var left = !isLast && value.Remaining is { } time ? $", {Left(time)} left" : "";
        terminal.Note(string.Create(CultureInfo.InvariantCulture, $"features: {value.Done} of {value.Total} images{cached}{left}"));
    }

    public void Report(EpochMetrics epoch)
    {
        var validation = epoch.ValidationAccuracy is { } accuracy
            ? string.Create(CultureInfo.InvariantCulture, $"; validation: loss {epoch.ValidationLoss:0.0000}, accuracy {100 * accuracy:0.0} %")
            : "";
        terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"epoch {epoch.Epoch}: loss {epoch.TrainLoss:0.0000}, accuracy {100 * epoch.TrainAccuracy:0.0} %{validation}; {epoch.Seconds:0.00} s"));
    }

    /// <summary>The time left, in whole minutes or seconds.</summary>
    public static string Left(TimeSpan time) => time.TotalMinutes >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalMinutes):0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(time.TotalSeconds):0} s");
}
