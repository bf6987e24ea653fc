using System.Diagnostics;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Commands;

/// <summary>How far a training of a style network has come: some fifty lines on standard error, each the average since the one before.</summary>
internal sealed class StyleStepLines(Terminal terminal)
{
    private const int Lines = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = new();
    private readonly List<StyleTerms> _since = [];

    public void Report(StyleTrainingProgress value)
    {
        _since.Add(value.Losses);
        var isPassing = _clock.IsRunning && value.Step < value.Steps;
        if (isPassing && (_clock.Elapsed < Pause || _since.Count < value.Steps / Lines)) return;
        var total = _since.Average(t => t.Total);
        var left = value.Step == value.Steps ? "" : $", {TrainingProgress.Left(value.Remaining)} left";
        terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"step {value.Step} of {value.Steps}: loss {total:g4} (content {Share(t => t.Content)}, style {Share(t => t.Styles.Sum())}, variation {Share(t => t.TotalVariation)}){left}"));
        _since.Clear();
        _clock.Restart();

        string Share(Func<StyleTerms, double> term) => string.Create(CultureInfo.InvariantCulture, $"{100 * _since.Average(term) / Math.Max(total, double.Epsilon):0} %");
    }
}
