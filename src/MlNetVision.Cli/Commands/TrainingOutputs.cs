using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Training;

namespace MlNetVision.Cli.Commands;

/// <summary>The options that say where a training of a classifier writes.</summary>
internal sealed class TrainingOutputs
{
    private readonly Option<string?> _cache = new("--cache") { Description = "The folder that keeps features of images for later trainings. [default: beside the pulled models]", HelpName = "FOLDER" };
    private readonly Option<string?> _workspace = new("--workspace") { Description = "The folder that keeps the run after each epoch. [default: the name of --output with .training]", HelpName = "FOLDER" };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the run in the workspace, to the result of an unbroken one." };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The model, for any ML.NET app (.zip).", HelpName = "FILE", Required = true };
    private readonly Option<string?> _export = new("--export") { Description = "The model for any other runtime too (.onnx).", HelpName = "FILE" };
    private readonly Option<string?> _preview = new("--preview") { Description = "Draw what --augment makes of some images, and train (.png, .jpg, .webp).", HelpName = "FILE" };
    private readonly Option<string?> _report = new("--report") { Description = "Write report.html and metrics.json there.", HelpName = "FOLDER" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _cache, _workspace, _resume, _output, _export, _preview, _report }) command.Add(option);
    }

    /// <summary>The file that shows augmentation, or null.</summary>
    public string? Preview(ParseResult parsed) => parsed.GetValue(_preview);

    /// <exception cref="UsageException">Something cannot be written, or would replace a file that is read.</exception>
    public void Check(ParseResult parsed, UsedFiles used)
    {
        OutputPath.CheckFile(_output.Name, parsed.GetRequiredValue(_output), used, ".zip");
        OutputPath.CheckFile(_export.Name, parsed.GetValue(_export), used, ".onnx");
        OutputPath.CheckImage(_preview.Name, parsed.GetValue(_preview), used);
        foreach (var option in new[] { _report, _workspace, _cache }) OutputPath.CheckFolder(option.Name, parsed.GetValue(option));
    }

    /// <summary>Where a training keeps things. What an earlier one has left is replaced, unless this one goes on with it.</summary>
    public ClassifierRun Start(ParseResult parsed, Terminal terminal)
    {
        var (workspace, resume) = (Workspace(parsed), parsed.GetValue(_resume));
        if (resume && !ClassifierRun.IsKept(workspace)) terminal.Note($"{workspace}: keeps no run to go on with; training begins with the first epoch.");
        var progress = new TrainingProgress(terminal);
        return new ClassifierRun
        {
            Cache = parsed.GetValue(_cache) ?? ClassifierRun.DefaultCache, Workspace = workspace, StartAnew = !resume,
            Note = terminal.Note, Features = progress, Progress = progress.Report,
        };
    }

    /// <summary>Writes what was asked for, and says where.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where it is said.</param>
    /// <param name="trained">What was trained.</param>
    /// <param name="title">The heading of the report.</param>
    /// <param name="warnings">What its reader should know.</param>
    public void Write(ParseResult parsed, Terminal terminal, TrainedClassifier trained, string title, IReadOnlyList<string> warnings)
    {
        var (zip, onnx, report) = (parsed.GetRequiredValue(_output), parsed.GetValue(_export), parsed.GetValue(_report));
        trained.SaveZip(zip);
        terminal.Result($"model: {zip}");
        if (onnx is not null)
        {
            trained.SaveOnnx(onnx);
            terminal.Result($"network: {onnx}");
        }
        if (report is not null)
        {
            trained.WriteReport(report, title, warnings);
            terminal.Result($"report: {Path.Join(report, TrainingReport.PageName)}");
        }
        if (trained.IsCancelled) terminal.Note($"interrupted; what the epochs so far came to is kept, and {_resume.Name} goes on.");
        else ClassifierRun.Forget(Workspace(parsed));
    }

    private string Workspace(ParseResult parsed) => parsed.GetValue(_workspace) ?? Path.ChangeExtension(parsed.GetRequiredValue(_output), ".training");
}
