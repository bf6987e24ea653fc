using System.CommandLine;
using System.Globalization;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Training;

namespace MlNetVision.Cli.Commands;

/// <summary><c>train classifier TRAIN</c>: a classifier of pictures, from the features of a trained network.</summary>
internal sealed class TrainClassifierCommand
{
    private const double DefaultSplit = 0.8;
    private const int PreviewRows = 12;

    private readonly Argument<string> _train = new("TRAIN") { Description = "The pictures: a folder with a folder for each class, or a CSV list of paths and labels." };
    private readonly Option<string?> _validation = new("--validation", "-v") { Description = "Pictures to measure by, in the same form. [default: a part of TRAIN; see --split]", HelpName = "DATA" };
    private readonly Option<double?> _split = NumberOption.Create("--split", "The part of TRAIN that is trained on where there is no --validation; the rest is measured by. [default: 0.8]", "PART", 0.01, 0.99);
    private readonly FeaturizerArguments _featurizer = new();
    private readonly ClassifierTrainingArguments _training = new();
    private readonly Option<string?> _cache = new("--cache") { Description = "The folder that keeps features of pictures for later trainings. [default: beside the pulled models]", HelpName = "FOLDER" };
    private readonly Option<string?> _workspace = new("--workspace") { Description = "The folder that keeps the run after each epoch. [default: the name of --output with .training]", HelpName = "FOLDER" };
    private readonly Option<bool> _resume = new("--resume") { Description = "Go on with the run in the workspace, to the result of an unbroken one." };
    private readonly Option<string> _output = new("--output", "-o") { Description = "The model, for any ML.NET app (.zip).", HelpName = "FILE", Required = true };
    private readonly Option<string?> _export = new("--export") { Description = "The model for any other runtime too (.onnx).", HelpName = "FILE" };
    private readonly Option<string?> _preview = new("--preview") { Description = "Draw what --augment makes of some pictures, and train (.png, .jpg, .webp).", HelpName = "FILE" };
    private readonly Option<string?> _report = new("--report") { Description = "Write report.html and metrics.json there.", HelpName = "FOLDER" };

    public static Command Create(Terminal terminal)
    {
        var train = new TrainClassifierCommand();
        var command = new DocumentedCommand("classifier", "Train a classifier of pictures on the features of a network that was trained on others.")
        {
            Examples =
            [
                ("mlnetvision train classifier flowers/train --validation flowers/valid --featurizer vgg16-12 -o flowers.zip --report report", "Softmax on VGG16's features; curves, confusion matrix and mistakes in report/report.html."),
                ("mlnetvision train classifier photos --split 0.9 -f mobilenetv2-7 --head dense --epochs 50 -o photos.zip --export photos.onnx", "A larger head on smaller features, a tenth of the pictures held back, and the network as a file of its own."),
                ("mlnetvision train classifier flowers/train -f vgg16-notop.onnx --unfreeze block5 -o flowers.zip", "Then three epochs in which the last block of the network learns with the head."),
                ("mlnetvision train classifier flowers/train -o flowers.zip --resume", "Goes on where Ctrl-C or a power cut ended it."),
            ],
        };
        command.Add(train._train);
        command.Add(train._validation);
        command.Add(train._split);
        train._featurizer.AddTo(command);
        train._training.AddTo(command);
        foreach (var option in new Option[] { train._cache, train._workspace, train._resume, train._output, train._export, train._preview, train._report }) command.Add(option);
        command.SetRun(terminal, (parsed, cancellation) => Task.Run(() => train.Run(parsed, terminal, cancellation), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var (zip, onnx, report) = (parsed.GetRequiredValue(_output), parsed.GetValue(_export), parsed.GetValue(_report));
        var workspace = parsed.GetValue(_workspace) ?? Path.ChangeExtension(zip, ".training");
        var cache = parsed.GetValue(_cache) ?? ClassifierRun.DefaultCache;
        var fineTuning = _training.ReadFineTuning(parsed);
        var warnings = new List<string>();
        var (train, validation) = ReadData(parsed, warnings);
        foreach (var warning in warnings) terminal.Warn(warning);
        var used = _featurizer.FilesOf(parsed).Add(parsed.GetValue(_train), "the data set");
        foreach (var image in train.Images.Concat(validation.Images)) used.Add(image.Path, "a picture of the data set");
        OutputPath.CheckFile(_output.Name, zip, used, ".zip");
        OutputPath.CheckFile(_export.Name, onnx, used, ".onnx");
        OutputPath.CheckPicture(_preview.Name, parsed.GetValue(_preview), used);
        foreach (var (option, folder) in new (Option, string?)[] { (_report, report), (_workspace, workspace), (_cache, cache) }) OutputPath.CheckFolder(option.Name, folder);

        using var featurizer = _featurizer.Load(parsed, terminal, _training.Threads(parsed));
        if (parsed.GetValue(_preview) is { } preview) DrawPreview(train, fineTuning, featurizer, preview);
        if (!parsed.GetValue(_resume)) ClassifierRun.Forget(workspace);
        var progress = new TrainingProgress(terminal);
        var trained = ClassifierTrainer.Train(featurizer, train, validation, _training.Read(parsed, train.Counts), fineTuning, new ClassifierRun
        {
            Cache = cache, Workspace = workspace, Note = terminal.Note, Features = progress, Progress = progress.Report,
        }, cancellation);
        foreach (var picture in trained.Unreadable) terminal.Fail(picture.Error);
        trained.SaveZip(zip);
        if (onnx is not null) trained.SaveOnnx(onnx);
        if (report is not null) trained.WriteReport(report, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(train.Source))), warnings);
        Print(terminal, trained, zip, onnx, report);
        if (trained.IsCancelled)
        {
            terminal.Note($"interrupted; what the epochs so far came to is kept, and {_resume.Name} goes on.");
            return ExitCode.Interrupted;
        }
        ClassifierRun.Forget(workspace);
        return trained.Unreadable.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private (LabeledImages Train, LabeledImages Validation) ReadData(ParseResult parsed, List<string> warnings)
    {
        if (parsed.GetValue(_validation) is not null && parsed.GetValue(_split) is not null)
            throw new UsageException($"{_split.Name} divides TRAIN; with {_validation.Name} nothing is divided. Give one of the two.");
        var all = LabeledImages.Open(parsed.GetRequiredValue(_train));
        warnings.AddRange(all.Warnings);
        var (train, validation) = parsed.GetValue(_validation) is { } path
            ? (all, LabeledImages.Open(path, all.Labels))
            : all.Split(parsed.GetValue(_split) ?? DefaultSplit, _training.Seed(parsed));
        if (validation.Source != all.Source) warnings.AddRange(validation.Warnings);
        warnings.AddRange(PictureCopies.Describe(PictureCopies.Find(train, validation)));
        return (train, validation);
    }

    /// <summary>A row for one picture of each class.</summary>
    private void DrawPreview(LabeledImages train, FineTuningOptions? fineTuning, Featurizer featurizer, string file)
    {
        if (fineTuning?.Augmentation is not { } augmentation) throw new UsageException($"{_preview.Name} draws what --augment does, which was not asked for.");
        string[] pictures = [.. train.Images.DistinctBy(i => i.ClassIndex).Take(PreviewRows).Select(i => i.Path)];
        using var sheet = AugmentationPreview.Draw(pictures, augmentation, featurizer.Resize);
        sheet.Save(file);
    }

    private static void Print(Terminal terminal, TrainedClassifier trained, string zip, string? onnx, string? report)
    {
        if (trained.Evaluation is { } figures)
        {
            terminal.Result(string.Create(CultureInfo.InvariantCulture,
                $"validation: accuracy {100 * figures.Accuracy:0.0} %, macro F1 {figures.MacroF1:0.000}, log-loss {figures.LogLoss:0.000} (epoch {trained.BestEpoch} of {trained.History.Count})"));
        }
        terminal.Result($"model: {zip}");
        if (onnx is not null) terminal.Result($"network: {onnx}");
        if (report is not null) terminal.Result($"report: {Path.Join(report, "report.html")}");
    }
}
