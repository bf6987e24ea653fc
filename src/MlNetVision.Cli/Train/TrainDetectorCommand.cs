using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;
using MlNetVision.Data;
using MlNetVision.Training;
using MlNetVision.Training.Detection;

namespace MlNetVision.Cli.Train;

/// <summary><c>train detector DATA</c>: trains a detector of Darknet's kind.</summary>
internal sealed class TrainDetectorCommand
{
    private const int ListedInReport = 20;

    /// <summary>Anchors that fit so much worse than k-means' are worth a note.</summary>
    private const double WorthANote = 0.03;

    private readonly Argument<string?> _data = new("DATA")
    {
        Description = "Images with boxes: Pascal VOC XML, COCO JSON, YOLO text (data.yaml, .data, list), or LabelMe JSON.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _validation = new("--validation", "-v")
    {
        Description = "Validation images, in the same form. [default: the split 'val' of DATA where it has one, else a part of DATA]",
        HelpName = "DATA",
    };

    private readonly Option<double?> _split = NumberOption.Create(
        "--split", "Without --validation: the part of DATA for training; the rest is for validation. [default: DATA's own split, else 0.8]", "PART", 0.01, 0.99);

    private readonly Option<string?> _network = DetectorNetworkOption.Create("[default: that of --start, else small]");
    private readonly Option<string?> _start = new("--start")
    {
        Description = "Where values come from: a weights file of the network, whole or cut after any layer; a .cfg with its .weights beside it; a detector "
            + "such as blood-cells or an earlier result. [default: random values]",
        HelpName = "MODEL",
    };

    private readonly Option<string?> _size = DetectorNetworkOption.CreateSize();
    private readonly Option<string?> _anchors = new("--anchors")
    {
        Description = "auto: k-means on the boxes; keep: the network's own; or \"W,H W,H …\" as its .cfg has them. "
            + "[default: keep where the heads keep their values, else auto]",
        HelpName = "ANCHORS",
    };

    private readonly Option<bool> _layers = new("--list-layers") { Description = "List the layers of the network and end." };
    private readonly DetectorTrainingArguments _training = new();
    private readonly TrainingFiles _files = new("checkpoint", "The network, or for Darknet (.weights, with .cfg and .names beside it),", required: false, (".onnx", []), (".weights", [".cfg", ".names"]));
    private readonly Option<string?> _preview = new("--preview")
    {
        Description = "Draw the augmentation of some images with their boxes before training (.png, .jpg, .webp).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _report = new("--report") { Description = "Write report.html and metrics.json there.", HelpName = "FOLDER" };
    private readonly DataSetNotes _notes = new();

    public static Command Create(Terminal terminal)
    {
        var train = new TrainDetectorCommand();
        var command = new DocumentedCommand("detector", "Train a detector of objects: networks of Darknet, YOLO v2 to v4.")
        {
            Examples =
            [
                ("mlnetvision train detector bccd -o cells.zip --report report",
                    "From random weights: the network 'small', anchors of the data set, its own split; curves and errors in report/report.html."),
                ("mlnetvision train detector data.yaml --start blood-cells --epochs 30 -o cells.zip",
                    "Fine-tunes a detector; where the classes are others, its heads are new."),
                ("mlnetvision train detector coco --network yolov3-tiny.cfg --start yolov3-tiny.conv.15 -o toys.zip --export toys.weights",
                    "A network of Darknet on weights that were cut; toys.weights and toys.cfg run in Darknet, and start later trainings."),
                ("mlnetvision train detector bccd --start yolo-lite-voc.cfg --freeze 8 --anchors auto --size 416 -o cells.zip",
                    "Other classes and another size; the layers before number 8 keep their values."),
                ("mlnetvision train detector bccd -o cells.zip --preview sheet.png --mosaic 0 --vertical-flip 0.5", "Draws what the network will see."),
                ("mlnetvision train detector --network base --list-layers", "The layers that --freeze can name."),
                ("mlnetvision train detector bccd -o cells.zip --resume", "Resumes after Ctrl-C or a power cut."),
            ],
        };
        command.Add(train._data);
        foreach (var option in new Option[] { train._validation, train._split, train._network, train._start, train._size, train._anchors, train._layers })
            command.Add(option);
        train._training.AddTo(command);
        foreach (var option in (Option[])[.. train._files.Options, train._preview, train._report]) command.Add(option);
        train._notes.AddTo(command);
        command.SetRun(
            terminal, (parsed, cancellationToken) => Task.Run(() => train.Run(parsed, terminal, cancellationToken), CancellationToken.None));
        return command;
    }

    private int Run(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(_layers)) return ListLayers(parsed, terminal);
        var path = parsed.GetValue(_data) ?? throw new UsageException($"'mlnetvision train detector' needs DATA: {_data.Description}");
        _files.RequireOutput(parsed);
        var options = _training.Read(parsed);
        var startOptions = ReadStart(parsed);
        if (parsed.IsGiven(_validation) && parsed.IsGiven(_split))
            throw new UsageException($"{_split.Name} and {_validation.Name} exclude each other; give one of the two.");
        var data = DetectorData.Open(path, new DetectorDataOptions
        {
            Validation = parsed.GetValue(_validation), Split = parsed.GetValue(_split), Seed = options.Seed, Strict = _notes.IsStrict(parsed),
        }, cancellationToken);
        var images = data.Train.Images.Count + data.Validation.Images.Count;
        DataSetNotes.Show(terminal, data.Warnings, data.LeftOut, images);
        terminal.Note($"data: {data.Train.Images.Count} images for training, {data.Validation.Images.Count} for validation ({data.Origin}); classes: {string.Join(", ", data.Train.ClassNames)}");
        CheckOutputs(parsed, path, data);
        var start = DetectorStart.Create(data.Train, startOptions);
        var (train, validation) = (data.Train.WithClasses(start.Labels), data.Validation.WithClasses(start.Labels));
        options = options.For(start);
        Describe(parsed, terminal, start, options);
        if (parsed.GetValue(_preview) is { } preview)
        {
            using var sheet = DetectorPreview.Draw(start.Network, train, options);
            sheet.Save(preview);
            terminal.Result($"preview: {preview}");
        }
        terminal.Preparation.End();
        var resume = _files.Resumes(parsed, terminal, DetectorRun.IsKept, "epoch");
        var lines = new DetectorLines(terminal);
        var trained = DetectorTrainer.Train(start, train, validation, options, new DetectorRun
        {
            Workspace = _files.WorkspaceOf(parsed), StartAnew = !resume, MustResume = resume, Log = terminal.Note, Progress = lines.Report, Epoch = lines.Report,
        }, cancellationToken);
        foreach (var image in trained.Unreadable) terminal.Fail(image.Error);
        Finish(parsed, terminal, trained, start, data, validation, options, path);
        return trained.IsCancelled ? ExitCode.Interrupted : trained.Unreadable.Count > 0 ? ExitCode.Failed : ExitCode.Done;
    }

    private DetectorStartOptions ReadStart(ParseResult parsed)
    {
        var options = new DetectorStartOptions
        {
            Network = parsed.GetValue(_network), Start = parsed.GetValue(_start), Size = InputSize.Read(parsed, _size), Seed = _training.Seed(parsed),
        };
        return parsed.GetValue(_anchors) switch
        {
            null => options,
            "auto" => options with { AnchorChoice = DetectorAnchorChoice.KMeans },
            "keep" => options with { AnchorChoice = DetectorAnchorChoice.Keep },
            var text => options with
            {
                Anchors = NumberOption.ReadList(string.Join(',', text.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))) is { Count: > 0 } numbers
                    && numbers.Count % 2 == 0 && numbers.TrueForAll(n => n > 0)
                    ? numbers : throw new UsageException($"{_anchors.Name} '{text}': expected auto, keep, or pairs of width and height such as \"1.2,1.6 3.6,4.6\"."),
            },
        };
    }

    private int ListLayers(ParseResult parsed, Terminal terminal)
    {
        var start = parsed.GetValue(_start);
        var cfg = parsed.GetValue(_network) ?? (Path.GetExtension(start) == ".cfg" ? start : null);
        var network = DetectorNetworkOption.Open(cfg, _network.Name, InputSize.Read(parsed, _size));
        var table = Tables.Create(3.., "number", "layer", "output", "size", "values");
        foreach (var layer in network.Layers)
        {
            table.AddCells(Tables.Count(layer.Number), layer.Type, layer.Name, $"{layer.Channels}×{layer.Height}×{layer.Width}", Tables.Count(layer.Values));
        }
        terminal.Result(table);
        return ExitCode.Done;
    }

    private void CheckOutputs(ParseResult parsed, string path, DetectorData data)
    {
        var start = parsed.GetValue(_start);
        var used = (start is null ? new UsedFiles() : ModelFiles.Of(start)).Add(path, "the data set").Add(parsed.GetValue(_network), "the network");
        foreach (var image in data.Train.Images.Concat(data.Validation.Images)) used.Add(image.Path, "an image of the data set");
        _files.Check(parsed, used);
        OutputPath.CheckImage(_preview.Name, parsed.GetValue(_preview), used);
        foreach (var option in new[] { _report, _files.Workspace }) OutputPath.CheckFolder(option.Name, parsed.GetValue(option));
    }

    private void Describe(ParseResult parsed, Terminal terminal, DetectorStart start, DetectorTrainingOptions options)
    {
        var network = start.Network;
        var resize = DetectorStart.ResizeOf(network);
        var layers = network.Layers.Count(l => l.Parameters.Count > 0);
        var values = start.LoadedLayers == 0 ? "random values" : $"the values of {start.LoadedLayers} of {layers} layers{(start.IsWhole ? "" : ", the rest random")}";
        terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"network: {network.Model.Name}, {resize.Mode.ToString().ToLowerInvariant()} to {resize.Width}×{resize.Height}, {network.Layers.Sum(l => l.Values):#,0} values; {values}"));
        if (start.OtherResize is { } other)
        {
            terminal.Note($"network: {parsed.GetValue(_start)} has resize {other.ToString().ToLowerInvariant()}, the network {resize.Mode.ToString().ToLowerInvariant()}; "
                + "letter_box in the [net] of a .cfg says how images are resized.");
        }
        if (options.Sizes is { } sizes) terminal.Note(string.Create(CultureInfo.InvariantCulture, $"sizes: {sizes.Least} to {sizes.Most} of the input"));
        var from = start.HasProposed ? "by k-means" : "as given or as the network has them";
        terminal.Note(string.Create(CultureInfo.InvariantCulture,
            $"anchors: {start.Anchors.Sizes.Count} {from}, mean IoU {start.Anchors.Fit.MeanIoU:0.000}, {100 * start.Anchors.Fit.Recall50:0.0} % of the objects above IoU 0.5"));
        if (start is { HasProposed: false, Proposed: { } proposed } && proposed.Fit.MeanIoU > start.Anchors.Fit.MeanIoU + WorthANote)
        {
            terminal.Note(string.Create(CultureInfo.InvariantCulture,
                $"anchors: k-means would give a mean IoU of {proposed.Fit.MeanIoU:0.000}; {_anchors.Name} auto takes its anchors, 'mlnetvision anchors' shows them."));
        }
    }

    private void Finish(
        ParseResult parsed, Terminal terminal, TrainedDetector trained, DetectorStart start, DetectorData data, DetectionDataSet validation,
        DetectorTrainingOptions options, string path)
    {
        // A run that was stopped is not evaluated again.
        if (trained.BestEpoch > 0 && trained.History[trained.BestEpoch - 1] is { Map50: { } map50, Map: { } map })
        {
            terminal.Result(string.Create(CultureInfo.InvariantCulture,
                $"validation: mAP@.5 {map50:0.000}, mAP@[.5:.95] {map:0.000} (epoch {trained.BestEpoch} of {trained.History.Count})"));
        }
        _files.Write(parsed, terminal, trained.SaveZip, file =>
        {
            if (Path.GetExtension(file).Equals(".weights", StringComparison.OrdinalIgnoreCase)) trained.SaveDarknet(file);
            else trained.SaveOnnx(file);
        });
        if (parsed.GetValue(_report) is { } report)
        {
            List<string> warnings = [.. data.Warnings, .. data.LeftOut.Take(ListedInReport).Select(item => item.Reason), .. trained.Unreadable.Select(u => u.Error)];
            var title = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(path)));
            trained.WriteReport(report, title, start, data.Train.WithClasses(start.Labels), validation, options, warnings);
            terminal.Result($"report: {Path.Join(report, TrainingReport.PageName)}");
        }
        if (trained.IsCancelled) terminal.Note($"interrupted after {trained.Steps} steps; they are kept, and {_files.ResumeName} resumes the training.");
        else DetectorRun.Forget(_files.WorkspaceOf(parsed));
    }
}
