using System.CommandLine;
using System.Globalization;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;
using MlNetVision.Data;
using MlNetVision.Training;

namespace MlNetVision.Cli.Commands;

/// <summary><c>train classifier TRAIN</c>: a classifier of images, from the features of a trained network.</summary>
internal sealed class TrainClassifierCommand
{
    private const double DefaultSplit = 0.8;
    private const int PreviewRows = 12;

    private readonly Argument<string> _train = new("TRAIN") { Description = "The images: a folder with a folder for each class, or a CSV list of paths and labels." };
    private readonly Option<string?> _validation = new("--validation", "-v") { Description = "Images to measure by, in the same form. [default: a part of TRAIN; see --split]", HelpName = "DATA" };
    private readonly Option<double?> _split = NumberOption.Create("--split", "The part of TRAIN that is trained on where there is no --validation; the rest is measured by. [default: 0.8]", "PART", 0.01, 0.99);
    private readonly FeaturizerArguments _featurizer = new();
    private readonly ClassifierTrainingArguments _training = new();
    private readonly TrainingOutputs _outputs = new();

    public static Command Create(Terminal terminal)
    {
        var train = new TrainClassifierCommand();
        var command = new DocumentedCommand("classifier", "Train a classifier of images on the features of a network that was trained on others.")
        {
            Examples =
            [
                ("mlnetvision train classifier flowers/train --validation flowers/valid --featurizer vgg16-12 -o flowers.zip --report report", "Softmax on VGG16's features; curves, confusion matrix and mistakes in report/report.html."),
                ("mlnetvision train classifier photos --split 0.9 -f mobilenetv2-7 --head dense --epochs 50 -o photos.zip --export photos.onnx", "A larger head on smaller features, a tenth of the images held back, and the network as a file of its own."),
                ("mlnetvision train classifier flowers/train -f vgg16-notop.onnx --unfreeze block5 -o flowers.zip", "Then three epochs in which the last block of the network learns with the head."),
                ("mlnetvision train classifier flowers/train -o flowers.zip --resume", "Goes on where Ctrl-C or a power cut ended it."),
            ],
        };
        command.Add(train._train);
        command.Add(train._validation);
        command.Add(train._split);
        train._featurizer.AddTo(command);
        train._training.AddTo(command);
        train._outputs.AddTo(command);
        command.SetRun(terminal, (parsed, cancellation) => Task.Run(() => train.Run(parsed, terminal, cancellation), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        var fineTuning = _training.ReadFineTuning(parsed);
        if (_outputs.Preview(parsed) is not null && fineTuning?.Augmentation is null) throw new UsageException("--preview draws what --augment does, which was not asked for.");
        var warnings = new List<string>();
        var (train, validation) = ReadData(parsed, warnings);
        foreach (var warning in warnings) terminal.Warn(warning);
        var used = _featurizer.FilesOf(parsed).Add(parsed.GetValue(_train), "the data set");
        foreach (var image in train.Images.Concat(validation.Images)) used.Add(image.Path, "an image of the data set");
        _outputs.Check(parsed, used);

        using var featurizer = _featurizer.Load(parsed, terminal, _training.Threads(parsed));
        terminal.Preparation.End();
        if (_outputs.Preview(parsed) is { } preview) DrawPreview(train, fineTuning!.Augmentation!, featurizer, preview);
        var trained = ClassifierTrainer.Train(
            featurizer, train, validation, _training.Read(parsed, train.Counts), fineTuning, _outputs.Start(parsed, terminal), cancellation);
        foreach (var image in trained.Unreadable) terminal.Fail(image.Error);
        PrintFigures(terminal, trained);
        _outputs.Write(parsed, terminal, trained, Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(train.Source))), warnings);
        if (trained.IsCancelled) return ExitCode.Interrupted;
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
        warnings.AddRange(ImageCopies.Describe(ImageCopies.Find(train, validation)));
        return (train, validation);
    }

    /// <summary>A row for one image of each class.</summary>
    private static void DrawPreview(LabeledImages train, AugmentationOptions augmentation, Featurizer featurizer, string file)
    {
        string[] images = [.. train.Images.DistinctBy(i => i.ClassIndex).Take(PreviewRows).Select(i => i.Path)];
        using var sheet = AugmentationPreview.Draw(images, augmentation, featurizer.Resize);
        sheet.Save(file);
    }

    private static void PrintFigures(Terminal terminal, TrainedClassifier trained)
    {
        if (trained.Evaluation is not { } figures) return;
        terminal.Result(string.Create(CultureInfo.InvariantCulture,
            $"validation: accuracy {100 * figures.Accuracy:0.0} %, macro F1 {figures.MacroF1:0.000}, log-loss {figures.LogLoss:0.000} (epoch {trained.BestEpoch} of {trained.History.Count})"));
    }
}
