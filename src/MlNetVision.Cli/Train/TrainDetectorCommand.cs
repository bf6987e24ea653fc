using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Data;
using MlNetVision.Models;
using MlNetVision.Onnx.Import.Darknet;
using MlNetVision.Training.Detection;

namespace MlNetVision.Cli.Train;

/// <summary><c>train detector DATA</c>: trains a YOLO network on annotated images.</summary>
internal sealed class TrainDetectorCommand
{
    private readonly Argument<string> _data = new("DATA")
    {
        Description = "The images with their boxes: a Pascal VOC folder, a COCO .json or folder, a YOLO data.yaml or folder. Its split 'train', where there is one.",
    };

    private readonly Option<string?> _validation = new("--validation", "-v")
    {
        Description = "Validation images, in one of these forms. [default: the split 'val' or 'valid' of DATA, else a part of it; see --split]",
        HelpName = "DATA",
    };

    private readonly Option<double?> _split = NumberOption.Create(
        "--split", "Without --validation: the part of DATA for training; the rest is for validation. [default: 0.8, where DATA has no such split]", "PART", 0.01, 0.99);

    private readonly DetectorNetworkArguments _network = new();
    private readonly DetectorTrainingArguments _training = new();
    private readonly TrainingFiles _files = new("checkpoint", "The model", isRequired: false);
    private readonly Option<string?> _darknet = new("--export-darknet")
    {
        Description = "The network for Darknet too: .weights, with .cfg and .names beside it; a later training may start from it.", HelpName = "FILE",
    };

    private readonly DataSetNotes _notes = new();

    public static Command Create(Terminal terminal)
    {
        var train = new TrainDetectorCommand();
        var command = new DocumentedCommand("detector", "Train a detector of objects (YOLO v2, v3) on annotated images.")
        {
            Examples =
            [
                ("mlnetvision train detector bccd -o cells.zip", "From random weights; the folder's own splits train and val. Then: mlnetvision detect photo.jpg -m cells.zip -o out."),
                ("mlnetvision train detector data.yaml --size 416x320 --epochs 150 -o parts.zip --export parts.onnx",
                    "At another size, and the network as a file for any runtime."),
                ("mlnetvision train detector boxes --cfg yolov2-tiny.cfg --start yolov2-tiny.weights --freeze 8 --epochs 30 -o mine.zip --export-darknet mine.weights",
                    "Fine-tuning of Darknet's weights from layer 8 on; Darknet runs the result, too."),
                ("mlnetvision train detector more-cells --start blood-cells -o cells.zip", "Starts from the layers of the bundled detector; the head is new for other classes."),
                ("mlnetvision train detector bccd --list-layers", "The layers of the network, for --freeze."),
                ("mlnetvision train detector bccd -o cells.zip --resume", "Resumes after Ctrl-C or a power cut."),
            ],
        };
        command.Add(train._data);
        foreach (var option in (Option[])[train._validation, train._split, .. train._network.Options]) command.Add(option);
        train._training.AddTo(command);
        foreach (var option in (Option[])[.. train._files.Options, train._darknet]) command.Add(option);
        train._notes.AddTo(command);
        command.SetRun(
            terminal, (parsed, cancellationToken) => Task.Run(() => train.Run(parsed, terminal, cancellationToken), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var start = _network.StartModel(parsed, terminal);
        var sets = ReadData(parsed, terminal, start?.GetNames());
        if (!_network.ListsLayers(parsed)) CheckOutputs(parsed, sets);
        var network = _network.Load(parsed, terminal, start, sets.Train, _training.Seed(parsed));
        if (_network.ListsLayers(parsed)) return List(terminal, network);
        var options = _training.Read(parsed, severalSizes: network.Heads.Any(h => h.Number("random", 0) != 0));
        var resume = _files.Resumes(parsed, terminal, DetectorRun.IsKept, "step");
        var lines = new DetectorLines(terminal);
        terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"{network.Model.Name}: {network.Layers.Sum(l => l.Values):N0} values, input {network.Model.Inputs[0].Shape[3]}×{network.Model.Inputs[0].Shape[2]}; ")
            + $"{sets.Train.Images.Count} training and {sets.Validation.Images.Count} validation images, {sets.Train.ClassNames.Count} classes.");
        terminal.Preparation.End();
        var trained = DetectorTrainer.Train(network, sets.Train, sets.Validation, options, new DetectorRun
        {
            Workspace = _files.WorkspaceOf(parsed), StartAnew = !resume, MustResume = resume, Log = terminal.Note, Progress = lines.Report, Epoch = lines.Report,
        }, cancellationToken);
        foreach (var image in trained.Unreadable) terminal.Fail(image.Error);
        Print(terminal, trained);
        _files.Write(parsed, terminal, trained.SaveZip, trained.SaveOnnx);
        if (parsed.GetValue(_darknet) is { } weights)
        {
            trained.SaveDarknet(weights);
            terminal.Result($"darknet: {weights}");
        }
        if (trained.IsCancelled) terminal.Note($"interrupted after {trained.Steps} steps; they are kept, and {_files.ResumeName} resumes the training.");
        else DetectorRun.Forget(_files.WorkspaceOf(parsed));
        return trained.IsCancelled ? ExitCode.Interrupted : trained.Unreadable.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where flaws are named.</param>
    /// <param name="names">The classes of the detector that training starts from: the same classes get its order, so that its head can be kept.</param>
    private TrainingSets ReadData(ParseResult parsed, Terminal terminal, string[]? names)
    {
        if (parsed.GetValue(_validation) is not null && parsed.GetValue(_split) is not null)
            throw new UsageException($"{_split.Name} and {_validation.Name} exclude each other; give one of the two.");
        TrainingSets Open(IReadOnlyList<string>? classes) => TrainingSets.Open(
            parsed.GetRequiredValue(_data), new DetectionDataSetOptions { Strict = _notes.IsStrict(parsed), ClassNames = classes },
            parsed.GetValue(_validation), parsed.GetValue(_split), _training.Seed(parsed));
        var sets = Open(null);
        if (names is not null && sets.Train.Format is DetectionDataSetFormat.PascalVoc or DetectionDataSetFormat.LabelMe
            && names.Order(StringComparer.Ordinal).SequenceEqual(sets.Train.ClassNames.Order(StringComparer.Ordinal), StringComparer.Ordinal))
            sets = Open(names);
        if (_notes.IsStrict(parsed))
        {
            var unreadable = UnreadableImage.Find([.. sets.Train.Images.Concat(sets.Validation.Images).Select(i => i.Path)]);
            if (unreadable.Count > 0) throw new BadDataSetException(unreadable[0].Error);
        }
        var isOne = sets.Train.Warnings == sets.Validation.Warnings;
        DataSetNotes.Show(terminal, isOne ? sets.Train.Warnings : sets.Train.Warnings.Concat(sets.Validation.Warnings),
            isOne ? sets.Train.LeftOut : [.. sets.Train.LeftOut, .. sets.Validation.LeftOut], sets.Train.Images.Count + sets.Validation.Images.Count);
        return sets;
    }

    private void CheckOutputs(ParseResult parsed, TrainingSets sets)
    {
        var used = _network.FilesOf(parsed).Add(parsed.GetRequiredValue(_data), "the data set").Add(parsed.GetValue(_validation), "the data set");
        foreach (var image in sets.Train.Images.Concat(sets.Validation.Images)) used.Add(image.Path, "an image of the data set");
        _files.Check(parsed, used);
        OutputPath.CheckFolder(_files.Workspace.Name, parsed.GetValue(_files.Workspace));
        if (parsed.GetValue(_darknet) is not { } weights) return;
        OutputPath.CheckFile(_darknet.Name, weights, used, ".weights");
        foreach (var ending in new[] { ".cfg", ".names" }) used.Protect(_darknet.Name, Path.ChangeExtension(weights, ending));
    }

    private static int List(Terminal terminal, DarknetTrainingNetwork network)
    {
        var table = Tables.Create(2.., "number", "layer", "output", "values");
        foreach (var layer in network.Layers)
        {
            table.AddCells([
                layer.Number.ToString(CultureInfo.InvariantCulture), layer.Name,
                string.Create(CultureInfo.InvariantCulture, $"{layer.Channels}×{layer.Height}×{layer.Width}"), layer.Values.ToString("N0", CultureInfo.InvariantCulture),
            ]);
        }
        terminal.Result(table);
        return ExitCode.Done;
    }

    private static void Print(Terminal terminal, TrainedDetector trained)
    {
        if (trained.Evaluation is not { } metrics) return;
        var table = Tables.Create(1.., "class", "ground truth", "AP@.5", "AP@[.5:.95]");
        foreach (var c in metrics.PerClass) table.AddCells([c.Label, Tables.Count(c.Counts.Truth), Tables.Metric(c.Ap50), Tables.Metric(c.Ap)]);
        table.AddCells(["all (mean AP)", Tables.Count(metrics.Counts.Truth), Tables.Metric(metrics.Map50), Tables.Metric(metrics.Map)]);
        terminal.Result(table);
        terminal.Result(trained.BestEpoch == 0 ? "validation images, after the last step"
            : $"validation images, epoch {trained.BestEpoch} of {trained.History.Count}");
    }
}

/// <summary>The progress of a detector's training on standard error: a line every few seconds, and one for each epoch.</summary>
internal sealed class DetectorLines(Terminal terminal)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public void Report(DetectorProgress step)
    {
        if (_clock.Elapsed < Pause) return;
        _clock.Restart();
        terminal.Note(string.Create(CultureInfo.InvariantCulture, $"step {step.Step} of {step.Steps}: {Text(step.Losses)}; {ImageProgress.TimeLeft(step.Remaining)} left"));
    }

    public void Report(DetectorEpoch epoch)
    {
        _clock.Restart();
        var validation = epoch.Map50 is { } map50
            ? string.Create(CultureInfo.InvariantCulture, $"; validation: mAP@.5 {map50:0.000}, mAP@[.5:.95] {epoch.Map:0.000}")
            : "";
        terminal.Note(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}: {Text(epoch.Losses)}{validation}; {epoch.Seconds:0.0} s"));
    }

    private static string Text(DetectorTerms terms) => string.Create(CultureInfo.InvariantCulture,
        $"loss {terms.Total:0.00} (box {terms.Box:0.00}, object {terms.Objectness:0.00}, no object {terms.NoObject:0.00}, class {terms.Class:0.00})");
}
