using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.MlNet;
using MlNetVision.Onnx;
using MlNetVision.Style;
using MlNetVision.Training.Style;

namespace MlNetVision.Cli.Train;

/// <summary><c>train style</c>: trains a style network on one painting.</summary>
internal sealed class TrainStyleCommand
{
    private readonly Option<string> _style = new("--style") { Description = "The painting.", HelpName = "FILE", Required = true };
    private readonly Option<string[]> _photos = new("--photos")
    {
        Description = "Training photos: files, folders or patterns. Some hundreds of any subject suffice.",
        HelpName = "INPUT",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _network = StyleNetworkOption.Create();
    private readonly StyleTrainingArguments _training = new();
    private readonly Option<string?> _preview = new("--preview")
    {
        Description = "Stylise this image at each checkpoint and at the end, as preview-STEP.png in the workspace.",
        HelpName = "FILE",
    };

    private readonly TrainingFiles _files = new("checkpoints and previews", "The network");

    public static Command Create(Terminal terminal)
    {
        var train = new TrainStyleCommand();
        var command = new DocumentedCommand("style", "Train a style network, which paints photos of any size like one painting.")
        {
            Examples =
            [
                ("mlnetvision train style --style wave.jpg --photos photos -o wave.zip --preview me.jpg",
                    "Previews of me.jpg appear in wave.training; then: mlnetvision stylize me.jpg -m wave.zip -o out."),
                ("mlnetvision train style --style wave.jpg --photos photos -o wave.zip --resume", "Resumes after Ctrl-C or a power cut."),
                ("mlnetvision train style --style wave.jpg --photos photos -o try.zip --crop 128 --batch-size 1 --iterations 200 --style-weight 120",
                    "A quick try of another weight."),
            ],
        };
        foreach (var option in new Option[] { train._style, train._photos, train._network }) command.Add(option);
        train._training.AddTo(command);
        foreach (var option in (Option[])[train._preview, .. train._files.Options]) command.Add(option);
        command.SetRun(
            terminal, (parsed, cancellationToken) => Task.Run(() => train.Run(parsed, terminal, cancellationToken), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var network = StyleNetworkOption.Find(parsed.GetValue(_network));
        var (options, workspace) = (_training.Read(parsed), _files.WorkspaceOf(parsed));
        var photos = Photos(parsed, terminal, workspace);
        var used = new UsedFiles().Add(photos).Add(parsed.GetValue(_style), "the painting")
            .Add(network, "the network").Add(parsed.GetValue(_preview), "the image to paint");
        CheckOutputs(parsed, used, workspace);
        using var shown = parsed.GetValue(_preview) is { } file ? OptionImage.Load(_preview.Name, file) : null;
        OptionImage.Load(_style.Name, parsed.GetRequiredValue(_style)).Dispose();
        var features = StyleNetworkOption.Open(parsed.GetValue(_network), terminal);
        var resume = _files.Resumes(parsed, terminal, StyleTrainingRun.IsKept, "step");
        var run = new StyleTrainingRun
        {
            Workspace = workspace, StartAnew = !resume, MustResume = resume, Log = terminal.Note, Progress = new StyleStepLines(terminal).Report,
            Kept = (step, model) => Show(
                shown, model, options.Threads, Path.Join(workspace, FormattableString.Invariant($"preview-{step:000000}.png")), terminal),
        };
        terminal.Preparation.End();
        var trained = StyleTrainer.Train(features, parsed.GetRequiredValue(_style), [.. photos.Select(p => p.Path)], options, run, cancellationToken);
        foreach (var image in trained.Unreadable) terminal.Fail(image.Error);
        using (var stylizer = ImageStylizer.Load(trained.Model)) _files.Write(parsed, terminal, stylizer.SaveZip, trained.Model.Save);
        if (trained.IsCancelled)
            terminal.Note($"interrupted after {trained.Steps} steps; they are kept, and {_files.ResumeName} resumes the training.");
        else StyleTrainingRun.Forget(workspace);
        return trained.IsCancelled ? ExitCode.Interrupted : trained.Unreadable.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private IReadOnlyList<ImageInput> Photos(ParseResult parsed, Terminal terminal, string workspace)
    {
        var photos = ImageInputs.Expand(parsed.GetRequiredValue(_photos), workspace, terminal);
        if (photos.Any(p => p.IsStandardInput))
            throw new UsageException($"{_photos.Name} '-': expected files, folders or patterns, as photos are read again and again.");
        return photos.FirstOrDefault(p => p.Error is not null) is { } none ? throw new BadDataSetException(none.Error!) : photos;
    }

    private void CheckOutputs(ParseResult parsed, UsedFiles used, string workspace)
    {
        _files.Check(parsed, used);
        OutputPath.CheckFolder(_files.Workspace.Name, workspace);
        // A painting or photo may be a preview of an earlier training.
        if (!Directory.Exists(workspace)) return;
        foreach (var file in Directory.EnumerateFiles(workspace)) used.Protect(_files.Workspace.Name, file);
    }

    private static void Show(RgbImage? shown, OnnxModel model, int threads, string file, Terminal terminal)
    {
        if (shown is null) return;
        using var stylizer = ImageStylizer.Load(model, new ImageStylizerOptions { Threads = threads });
        using var result = stylizer.Stylize(shown);
        Preview.Save(result.Stylized, file, terminal);
    }
}
