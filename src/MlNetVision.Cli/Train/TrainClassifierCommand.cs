using System.CommandLine;
using System.Globalization;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Data;
using MlNetVision.Training;

namespace MlNetVision.Cli.Train;

/// <summary><c>train classifier TRAIN</c>: transfer learning on the features of a trained network.</summary>
internal sealed class TrainClassifierCommand
{
    private const double DefaultSplit = 0.8;
    private const int PreviewRows = 12;
    private const int ListedInReport = 20;

    private readonly Argument<string> _train = new("TRAIN")
    {
        Description = "The images: a folder with one folder per class, or a list of paths and labels (CSV, TSV).",
    };

    private readonly Option<string?> _validation = new("--validation", "-v")
    {
        Description = "Validation images, in the same form. [default: a part of TRAIN; see --split]",
        HelpName = "DATA",
    };

    private readonly Option<double?> _split = NumberOption.Create(
        "--split", "Without --validation: the part of TRAIN for training; the rest is for validation. [default: 0.8]", "PART", 0.01, 0.99);

    private readonly FeaturizerArguments _featurizer = new();
    private readonly ClassifierTrainingArguments _training = new();
    private readonly TrainingOutputs _outputs = new();
    private readonly DataSetNotes _notes = new();

    public static Command Create(Terminal terminal)
    {
        var train = new TrainClassifierCommand();
        var command = new DocumentedCommand("classifier", "Train a classifier of images on the features of a pretrained network.")
        {
            Examples =
            [
                ("mlnetvision train classifier flowers/train --validation flowers/valid --featurizer vgg16-12 -o flowers.zip --report report",
                    "Softmax on VGG16's features; curves, confusion matrix and errors in report/report.html."),
                ("mlnetvision train classifier photos --split 0.9 -f mobilenetv2-7 --head dense --epochs 50 -o photos.zip --export photos.onnx",
                    "A larger head on smaller features, a tenth of the images for validation, and the network as a file of its own."),
                ("mlnetvision train classifier flowers/train -f vgg16-notop.onnx --unfreeze block5 -o flowers.zip",
                    "Then three epochs of fine-tuning of the network's last block."),
                ("mlnetvision train classifier flowers/train -f vgg16-12 --device cuda,cpu -o flowers.zip",
                    "Features and training on a GPU of NVIDIA where there is one, else on the processor."),
                ("mlnetvision train classifier flowers/train -o flowers.zip --resume", "Resumes after Ctrl-C or a power cut."),
            ],
        };
        command.Add(train._train);
        command.Add(train._validation);
        command.Add(train._split);
        train._featurizer.AddTo(command);
        train._training.AddTo(command);
        train._outputs.AddTo(command);
        train._notes.AddTo(command);
        command.SetRun(
            terminal, (parsed, cancellationToken) => Task.Run(() => train.Run(parsed, terminal, cancellationToken), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var fineTuning = _training.ReadFineTuning(parsed);
        if (_outputs.Preview(parsed) is not null && fineTuning?.Augmentation is null)
            throw new UsageException("--preview draws the augmentation; it was given without --augment.");
        var (warnings, leftOut) = (new List<string>(), new List<LeftOut>());
        var (train, validation) = ReadData(parsed, warnings, leftOut);
        if (_notes.IsStrict(parsed)) RequireReadable([train, validation], cancellationToken);
        DataSetNotes.Show(terminal, warnings, leftOut, train.Images.Count + validation.Images.Count);
        warnings.AddRange(leftOut.Take(ListedInReport).Select(item => item.Reason));
        if (LeftOut.Summarize(leftOut, train.Images.Count + validation.Images.Count) is { } summary) warnings.Add(summary);
        var used = _featurizer.FilesOf(parsed).Add(parsed.GetValue(_train), "the data set");
        foreach (var image in train.Images.Concat(validation.Images)) used.Add(image.Path, "an image of the data set");
        _outputs.Check(parsed, used);

        using var featurizer = _featurizer.Load(parsed, terminal, _training.Device(parsed), _training.Threads(parsed));
        DeviceOption.Open(terminal, featurizer);
        terminal.Preparation.End();
        if (_outputs.Preview(parsed) is { } preview) DrawPreview(train, fineTuning!.Augmentation!, featurizer, preview);
        var trained = ClassifierTrainer.Train(
            featurizer, train, validation, _training.Read(parsed, train.Counts), fineTuning, _outputs.Start(parsed, terminal), cancellationToken);
        foreach (var image in trained.Unreadable) terminal.Fail(image.Error);
        PrintMetrics(terminal, trained);
        var title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(train.Source)));
        _outputs.Write(parsed, terminal, trained, title, warnings);
        if (trained.IsCancelled) return ExitCode.Interrupted;
        return trained.Unreadable.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private (LabeledImages Train, LabeledImages Validation) ReadData(ParseResult parsed, List<string> warnings, List<LeftOut> leftOut)
    {
        if (parsed.GetValue(_validation) is not null && parsed.GetValue(_split) is not null)
            throw new UsageException($"{_split.Name} and {_validation.Name} exclude each other; give one of the two.");
        var strict = _notes.IsStrict(parsed);
        var all = LabeledImages.Open(parsed.GetRequiredValue(_train), strict: strict);
        warnings.AddRange(all.Warnings);
        leftOut.AddRange(all.LeftOut);
        var (train, validation) = parsed.GetValue(_validation) is { } path
            ? (all, LabeledImages.Open(path, all.Labels, strict))
            : all.Split(parsed.GetValue(_split) ?? DefaultSplit, _training.Seed(parsed));
        if (validation.Source != all.Source)
        {
            warnings.AddRange(validation.Warnings);
            leftOut.AddRange(validation.LeftOut);
        }
        warnings.AddRange(ImageCopies.Describe(ImageCopies.Find(train, validation)));
        return (train, validation);
    }

    /// <summary>Training itself would leave out the images that cannot be decoded.</summary>
    private static void RequireReadable(IEnumerable<LabeledImages> sets, CancellationToken cancellationToken)
    {
        foreach (var set in sets)
            if (UnreadableImage.Find(set, cancellationToken: cancellationToken) is [var first, ..]) throw new BadDataSetException(first.Error);
    }

    /// <summary>Draws one row per class, for one of its images.</summary>
    private static void DrawPreview(LabeledImages train, AugmentationOptions augmentation, Featurizer featurizer, string file)
    {
        string[] images = [.. train.Images.DistinctBy(i => i.ClassIndex).Take(PreviewRows).Select(i => i.Path)];
        using var sheet = AugmentationPreview.Draw(images, augmentation, featurizer.Resize);
        sheet.Save(file);
    }

    private static void PrintMetrics(Terminal terminal, TrainedClassifier trained)
    {
        if (trained.Evaluation is not { } metrics) return;
        terminal.Result(string.Create(CultureInfo.InvariantCulture,
            $"validation: accuracy {100 * metrics.Accuracy:0.0} %, macro F1 {metrics.MacroF1:0.000}, log-loss {metrics.LogLoss:0.000} ")
            + string.Create(CultureInfo.InvariantCulture, $"(epoch {trained.BestEpoch} of {trained.History.Count})"));
    }
}
