using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Outputs;
using MlNetVision.Detection;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Data;

namespace MlNetVision.Cli.Commands;

/// <summary><c>evaluate detector DATA -m MODEL</c>: average precision, precision, recall and counts.</summary>
internal static class EvaluateDetectorCommand
{
    // Average precision looks at the whole ranking; Darknet's "detector map" starts there too.
    private const float LeastScore = 0.005f;

    private static readonly Dictionary<string, DetectionDataSetFormat> Formats = new(StringComparer.Ordinal)
    {
        ["voc"] = DetectionDataSetFormat.PascalVoc,
        ["coco"] = DetectionDataSetFormat.Coco,
        ["yolo"] = DetectionDataSetFormat.Yolo,
    };

    public static Command Create(Terminal terminal)
    {
        var detector = new DetectorOptions();
        var data = new Argument<string>("DATA") { Description = "A folder or file: Pascal VOC XML, COCO JSON, or YOLO text (data.yaml, .data, list)." };
        var format = new Option<string?>("--format") { Description = "The form of the annotations. [default: recognised]" };
        format.AcceptOnlyFromAmong([.. Formats.Keys]);
        var split = new Option<string?>("--split") { Description = "The part to measure on, such as val or test. [default: all, or the only one]", HelpName = "NAME" };
        var images = new Option<string?>("--images") { Description = "The images' folder, where it is not where the format expects it.", HelpName = "FOLDER" };
        var confidence = NumberOption.Create("--confidence", "The score from which precision, recall and counts are taken. [default: 0.25]", "SCORE", 0f, 1f);
        var csv = new Option<string?>("--csv") { Description = "Write the figures of each class as CSV.", HelpName = "FILE" };
        var curves = new Option<string?>("--curves") { Description = "Write the precision-recall curves as CSV.", HelpName = "FILE" };
        var json = ImageOptions.JsonOption("one object");
        var command = new DocumentedCommand("detector", "Average precision of a detector, as COCO and Pascal VOC define it.")
        {
            Examples =
            [
                ("mlnetvision evaluate detector bccd --split test", "The bundled blood-cell detector on a split of a Pascal VOC folder."),
                ("mlnetvision evaluate detector val.json --images val2017 -m yolov2.cfg --json figures.json --csv figures.csv", "A Darknet network on COCO annotations."),
            ],
        };
        command.Add(data);
        detector.AddTo(command, thresholds: false);
        foreach (var option in new Option[] { format, split, images, confidence, csv, curves, json }) command.Add(option);
        command.SetRun(terminal, async (parsed, cancellation) =>
        {
            var set = DetectionDataSet.Open(parsed.GetRequiredValue(data), new DetectionDataSetOptions
            {
                Format = parsed.GetValue(format) is { } name ? Formats[name] : null,
                Split = parsed.GetValue(split),
                Images = parsed.GetValue(images),
            });
            foreach (var warning in set.Warnings) terminal.Warn(warning);
            var used = detector.FilesOf(parsed).Add(parsed.GetRequiredValue(data), "the data set");
            foreach (var image in set.Images) used.Add(image.Path, "an image of the data set");
            var (csvFile, curvesFile, jsonFile) = (parsed.GetValue(csv), parsed.GetValue(curves), ImageOptions.JsonFile(parsed, json));
            OutputPath.CheckFile(csv.Name, csvFile, used);
            OutputPath.CheckFile(curves.Name, curvesFile, used);
            OutputPath.CheckFile(json.Name, jsonFile, used);
            using var loaded = detector.Load(parsed, terminal, LeastScore);
            var evaluator = new DetectionEvaluator(set.ClassNames, loaded.Labels);
            terminal.Preparation.End();
            var code = await DetectAsync(terminal, loaded, set, evaluator, cancellation);
            var figures = evaluator.Evaluate(new DetectionEvaluationOptions { Confidence = parsed.GetValue(confidence) ?? 0.25f });
            // The table first: it is there even where a disk turns out to be full.
            if (jsonFile is not null || parsed.GetResult(json) is null) EvaluationTable.Print(terminal, figures);
            if (parsed.GetResult(json) is not null) JsonOutput.WriteOne(terminal, jsonFile, figures.ToJson(), cancellation);
            if (csvFile is not null) OutputPath.WriteText(csvFile, figures.ToCsv(), cancellation);
            if (curvesFile is not null) OutputPath.WriteText(curvesFile, figures.CurvesToCsv(), cancellation);
            return code;
        });
        return command;
    }

    private static Task<int> DetectAsync(
        Terminal terminal, ObjectDetector detector, DetectionDataSet set, DetectionEvaluator evaluator, CancellationToken cancellation) =>
        ImageProgress.ShowAsync(terminal, set.Images.Count, printsLines: true, async advance =>
        {
            var code = ExitCode.Done;
            var next = 0;
            await foreach (var outcome in detector.DetectManyAsync(set.Images.Select(p => p.Path), cancellation: cancellation))
            {
                var image = set.Images[next++];
                if (outcome.Error is { } error) code = Math.Max(Failure.Report(terminal, error), ExitCode.Failed);
                evaluator.Add(image.Id, outcome.Result?.Detections ?? [], image.Boxes);
                advance();
            }
            return code;
        });
}
