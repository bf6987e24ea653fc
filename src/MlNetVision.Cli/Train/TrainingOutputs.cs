using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Training;

namespace MlNetVision.Cli.Train;

/// <summary>The options for the files of a classifier's training.</summary>
internal sealed class TrainingOutputs
{
    private readonly Option<string?> _cache = new("--cache")
    {
        Description = "The folder that keeps features of images for later trainings. [default: 'features' beside the folder of pulled models]",
        HelpName = "FOLDER",
    };

    private readonly TrainingFiles _files = new("checkpoints", "The model");
    private readonly Option<string?> _preview = new("--preview")
    {
        Description = "Draw the augmentation of some images before training (.png, .jpg, .webp).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _report = new("--report") { Description = "Write report.html and metrics.json there.", HelpName = "FOLDER" };

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_cache, .. _files.Options, _preview, _report]) command.Add(option);
    }

    /// <summary>The file that shows augmentation, or null.</summary>
    public string? Preview(ParseResult parsed) => parsed.GetValue(_preview);

    /// <exception cref="UsageException">Something cannot be written, or would replace a file that is read.</exception>
    public void Check(ParseResult parsed, UsedFiles used)
    {
        _files.Check(parsed, used);
        OutputPath.CheckImage(_preview.Name, parsed.GetValue(_preview), used);
        foreach (var option in new[] { _report, _files.Workspace, _cache }) OutputPath.CheckFolder(option.Name, parsed.GetValue(option));
    }

    /// <summary>The workspace of a training. Checkpoints of an earlier one are replaced, unless this one resumes it.</summary>
    public ClassifierRun Start(ParseResult parsed, Terminal terminal)
    {
        var resume = _files.Resumes(parsed, terminal, ClassifierRun.IsKept, "epoch");
        var progress = new TrainingProgress(terminal);
        return new ClassifierRun
        {
            Cache = parsed.GetValue(_cache) ?? ClassifierRun.DefaultCache, Workspace = _files.WorkspaceOf(parsed), StartAnew = !resume, MustResume = resume,
            Log = terminal.Note, Features = progress, Progress = progress.Report,
        };
    }

    /// <summary>Writes the files that were asked for, and prints their names.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where they are printed.</param>
    /// <param name="trained">The trained model.</param>
    /// <param name="title">The heading of the report.</param>
    /// <param name="warnings">Warnings that the report repeats.</param>
    public void Write(ParseResult parsed, Terminal terminal, TrainedClassifier trained, string title, IReadOnlyList<string> warnings)
    {
        _files.Write(parsed, terminal, trained.SaveZip, trained.SaveOnnx);
        if (parsed.GetValue(_report) is { } report)
        {
            trained.WriteReport(report, title, warnings);
            terminal.Result($"report: {Path.Join(report, TrainingReport.PageName)}");
        }
        if (trained.IsCancelled) terminal.Note($"interrupted; the epochs so far are kept, and {_files.ResumeName} resumes the training.");
        else ClassifierRun.Forget(_files.WorkspaceOf(parsed));
    }
}

/// <summary>The progress of a training on standard error: features every few seconds, then each epoch.</summary>
internal sealed class TrainingProgress(Terminal terminal) : IProgress<FeatureProgress>
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Report(FeatureProgress value)
    {
        var isLast = value.Done == value.Total;
        if (!isLast && _clock.Elapsed < Pause) return;
        _clock.Restart();
        var cached = value.Cached > 0 ? string.Create(CultureInfo.InvariantCulture, $", {value.Cached} of them from the cache") : "";
        var left = !isLast && value.Remaining is { } time ? $", {ImageProgress.TimeLeft(time)} left" : "";
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
}
