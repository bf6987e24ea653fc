using System.CommandLine;
using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;
using MlNetVision.Detection;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Data;
using Spectre.Console;

namespace MlNetVision.Cli.Evaluate;

/// <summary><c>evaluate detector DATA -m MODEL</c>: average precision, precision, recall and counts.</summary>
internal sealed class EvaluateDetectorCommand
{
    private const float DefaultConfidence = 0.25f;

    private static readonly Dictionary<string, DetectionDataSetFormat> Formats = new(StringComparer.Ordinal)
    {
        ["voc"] = DetectionDataSetFormat.PascalVoc,
        ["coco"] = DetectionDataSetFormat.Coco,
        ["yolo"] = DetectionDataSetFormat.Yolo,
        ["labelme"] = DetectionDataSetFormat.LabelMe,
    };

    private readonly DetectorOptions _model = new();
    private readonly DataSetNotes _notes = new();
    private readonly Argument<string> _data = new("DATA")
    {
        Description = "A folder or file: Pascal VOC XML, COCO JSON, YOLO text (data.yaml, .data, list), or LabelMe JSON.",
    };

    private readonly Option<string?> _format = ChoiceOption.Create(
        "--format", "The format of the annotations. [default: recognised]", [.. Formats.Keys]);

    private readonly Option<string?> _split = new("--split")
    {
        Description = "The split to evaluate on, such as val or test. [default: all, or the only one]",
        HelpName = "NAME",
    };

    private readonly Option<string?> _images = new("--images")
    {
        Description = "The images' folder, where it is not where the format expects it.",
        HelpName = "FOLDER",
    };

    private readonly Option<float?> _confidence = NumberOption.Create(
        "--confidence", "Confidence threshold of precision, recall and counts. [default: 0.25]", "SCORE", 0f, 1f);

    private readonly Option<string?> _csv = new("--csv") { Description = "Write the metrics of each class as CSV.", HelpName = "FILE" };
    private readonly Option<string?> _curves = new("--curves") { Description = "Write the precision-recall curves as CSV.", HelpName = "FILE" };
    private readonly Option<string?> _json = JsonOption.Create("one object");

    public static Command Create(Terminal terminal)
    {
        var evaluate = new EvaluateDetectorCommand();
        var command = new DocumentedCommand("detector", "Average precision of a detector, as COCO and Pascal VOC define it.")
        {
            Examples =
            [
                ("mlnetvision evaluate detector bccd --split test", "The bundled model 'blood-cells' on a split of a Pascal VOC folder."),
                ("mlnetvision evaluate detector val.json --images val2017 -m yolov2.cfg --json metrics.json --csv metrics.csv",
                    "A Darknet network on COCO annotations."),
            ],
        };
        command.Add(evaluate._data);
        evaluate._model.AddTo(command, thresholds: false);
        foreach (var option in new Option[] { evaluate._format, evaluate._split, evaluate._images,
            evaluate._confidence, evaluate._csv, evaluate._curves, evaluate._json })
            command.Add(option);
        evaluate._notes.AddTo(command);
        command.SetRun(terminal, (parsed, cancellationToken) => evaluate.RunAsync(parsed, terminal, cancellationToken));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellationToken)
    {
        var set = DetectionDataSet.Open(parsed.GetRequiredValue(_data), new DetectionDataSetOptions
        {
            Format = parsed.GetValue(_format) is { } name ? Formats[name] : null,
            Split = parsed.GetValue(_split),
            Images = parsed.GetValue(_images),
            Shapes = true,
            Strict = _notes.IsStrict(parsed),
        });
        DataSetNotes.Show(terminal, set.Warnings, set.LeftOut, set.Images.Count);
        CheckOutputs(parsed, set);
        using var detector = _model.Load(parsed, terminal, DetectionEvaluator.LowestScore);
        DeviceOption.Open(terminal, detector);
        var evaluator = new DetectionEvaluator(set.ClassNames, detector.Labels);
        terminal.Preparation.End();
        var code = await DetectAsync(terminal, detector, set, evaluator, _notes.IsStrict(parsed), cancellationToken);
        var metrics = evaluator.Evaluate(new DetectionEvaluationOptions { Confidence = parsed.GetValue(_confidence) ?? DefaultConfidence });
        Write(parsed, terminal, metrics, cancellationToken);
        return code;
    }

    private void CheckOutputs(ParseResult parsed, DetectionDataSet set)
    {
        var used = _model.FilesOf(parsed).Add(parsed.GetRequiredValue(_data), "the data set");
        foreach (var image in set.Images) used.Add(image.Path, "an image of the data set");
        foreach (var option in new[] { _csv, _curves }) OutputPath.CheckFile(option.Name, parsed.GetValue(option), used);
        OutputPath.CheckFile(_json.Name, JsonOption.FileOf(parsed, _json), used);
    }

    private static Task<int> DetectAsync(
        Terminal terminal, ObjectDetector detector, DetectionDataSet set, DetectionEvaluator evaluator, bool strict, CancellationToken cancellationToken) =>
        ImageProgress.ShowAsync(terminal, set.Images.Count, printsLines: true, async advance =>
        {
            var code = ExitCode.Done;
            var next = 0;
            await foreach (var outcome in detector.DetectManyAsync(set.Images.Select(p => p.Path), cancellationToken: cancellationToken))
            {
                var image = set.Images[next++];
                if (outcome.Result is { } result) evaluator.Add(image.Id, result.Detections, image.Boxes);
                else code = DataSetNotes.Fail(terminal, outcome.Error!, strict);
                advance();
            }
            return code;
        });

    private void Write(ParseResult parsed, Terminal terminal, DetectionEvaluation metrics, CancellationToken cancellationToken)
    {
        // The table first: it is there even where a disk turns out to be full.
        var (isJson, jsonFile) = (parsed.GetResult(_json) is not null, JsonOption.FileOf(parsed, _json));
        if (jsonFile is not null || !isJson) Print(terminal, metrics);
        if (isJson) JsonOutput.WriteOne(terminal, jsonFile, metrics.ToJson(), cancellationToken);
        if (parsed.GetValue(_csv) is { } csv) OutputPath.WriteText(csv, metrics.ToCsv(), cancellationToken);
        if (parsed.GetValue(_curves) is { } curves) OutputPath.WriteText(curves, metrics.CurvesToCsv(), cancellationToken);
    }

    private static void Print(Terminal terminal, DetectionEvaluation metrics)
    {
        var table = Tables.Create(
            1.., "class", "ground truth", "AP@.5", "AP@[.5:.95]", "VOC 2007",
            "precision", "recall", "true positives", "false positives", "false negatives");
        foreach (var c in metrics.PerClass) Add(table, c.Label, c.Counts, c.Ap50, c.Ap, c.Voc2007Ap);
        Add(table, "all (mean AP)", metrics.Counts, metrics.Map50, metrics.Map, metrics.Voc2007Map);
        terminal.Result(table);
        PrintCoco(terminal, metrics);
        terminal.Result(string.Create(CultureInfo.InvariantCulture,
            $"{metrics.Images} images; precision, recall and counts at confidence threshold {metrics.Confidence} and IoU 0.5."));
        Mention(terminal, "Classes of the model only, not evaluated", metrics.OnlyInModel);
        Mention(terminal, "Classes of the data only, never predicted", metrics.OnlyInData);
    }

    /// <summary>The metrics that COCO's own program sums up, beside those of the classes.</summary>
    private static void PrintCoco(Terminal terminal, DetectionEvaluation metrics)
    {
        var table = Tables.Create(
            1.., "COCO", "AP@[.5:.95]", "AP@.5", "AP@.75", "AP small", "medium", "large", "AR 1", "AR 10", "AR 100", "AR small", "medium", "large");
        Add(table, "boxes", metrics.Coco);
        if (metrics.Mask is { } mask) Add(table, "masks", mask);
        terminal.Result(table);
    }

    private static void Add(Table table, string label, CocoMetrics m)
    {
        double?[] metrics = [m.Ap, m.Ap50, m.Ap75, m.ApSmall, m.ApMedium, m.ApLarge, m.Ar1, m.Ar10, m.Ar100, m.ArSmall, m.ArMedium, m.ArLarge];
        table.AddCells([label, .. metrics.Select(Tables.Metric)]);
    }

    private static void Add(Table table, string label, DetectionCounts n, params double?[] precisions) => table.AddCells(
    [
        label, Tables.Count(n.Truth), .. precisions.Select(Tables.Metric), Tables.Metric(n.Precision), Tables.Metric(n.Recall),
        Tables.Count(n.TruePositives), Tables.Count(n.FalsePositives), Tables.Count(n.FalseNegatives),
    ]);

    private static void Mention(Terminal terminal, string what, IEnumerable<string> labels)
    {
        var text = string.Join(", ", labels);
        if (text.Length > 0) terminal.Result($"{what}: {text}.");
    }
}
