using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Images;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.Outputs;
using MlNetVision.Data;
using MlNetVision.Segmentation;
using MlNetVision.Segmentation.Evaluation;

namespace MlNetVision.Cli.Commands;

/// <summary><c>evaluate segmenter IMAGES MASKS -m MODEL</c>: IoU, accuracies, confusion matrix.</summary>
internal static class EvaluateSegmenterCommand
{
    public static Command Create(Terminal terminal)
    {
        var network = new SegmentationOptions();
        var images = new Argument<string>("IMAGES") { Description = "The folder of images; or one image." };
        var masks = new Argument<string>("MASKS") { Description = "The folder of their masks, NAME.png with class indices for NAME.jpg; or one mask." };
        var ignore = new Option<byte?>("--ignore") { Description = "The index in the masks that marks pixels of no class, such as 255 (Pascal VOC) or 11 (CamVid). [default: none]", HelpName = "INDEX" };
        var csv = new Option<string?>("--csv") { Description = "Write the confusion matrix as CSV, in pixels; a row a true class.", HelpName = "FILE" };
        var figuresCsv = new Option<string?>("--figures") { Description = "Write the figures of each class as CSV.", HelpName = "FILE" };
        var image = new Option<string?>("--image") { Description = "Draw the confusion matrix (.png, .jpg, .webp).", HelpName = "FILE" };
        var json = ImageOptions.JsonOption("one object");
        var command = new DocumentedCommand("segmenter", "IoU, accuracies and confusion matrix of a segmenter on images with masks.")
        {
            Examples =
            [
                ("mlnetvision evaluate segmenter camvid/test camvid/testannot --ignore 11", "The bundled street scenes network on CamVid."),
                ("mlnetvision evaluate segmenter JPEGImages SegmentationClass -m deeplabv3.onnx --ignore 255 --json figures.json --csv confusion.csv", "A DeepLab network on Pascal VOC."),
            ],
        };
        command.Add(images);
        command.Add(masks);
        network.AddTo(command);
        foreach (var option in new Option[] { ignore, csv, figuresCsv, image, json }) command.Add(option);
        command.SetRun(terminal, async (parsed, cancellation) =>
        {
            var set = SegmentationDataSet.Open(parsed.GetRequiredValue(images), parsed.GetRequiredValue(masks));
            foreach (var warning in set.Warnings) terminal.Warn(warning);
            var files = new EvaluationFiles(parsed.GetValue(csv), parsed.GetValue(figuresCsv), parsed.GetValue(image), ImageOptions.JsonFile(parsed, json));
            var used = Files(set, network.FilesOf(parsed));
            foreach (var (option, file) in new (Option, string?)[] { (csv, files.Matrix), (figuresCsv, files.Figures), (json, files.Json) }) OutputPath.CheckFile(option.Name, file, used);
            OutputPath.CheckImage(image.Name, files.Image, used);
            using var segmenter = network.Load(parsed, terminal);
            var evaluator = new SegmentationEvaluator(segmenter.Labels, parsed.GetValue(ignore));
            terminal.Preparation.End();
            var code = await SegmentAsync(terminal, segmenter, set, evaluator, cancellation);
            files.Write(terminal, evaluator.Evaluate(), isJson: parsed.GetResult(json) is not null, cancellation);
            return code;
        });
        return command;
    }

    private static UsedFiles Files(SegmentationDataSet set, UsedFiles used)
    {
        foreach (var pair in set.Images) used.Add(pair.Image, "an image of the data set").Add(pair.Mask, "a mask of the data set");
        return used;
    }

    /// <summary>Images that cannot be read are left out and reported; a mask that does not fit ends the command, for figures without it would mislead.</summary>
    private static Task<int> SegmentAsync(
        Terminal terminal, Segmenter segmenter, SegmentationDataSet set, SegmentationEvaluator evaluator, CancellationToken cancellation) =>
        ImageProgress.ShowAsync(terminal, set.Images.Count, printsLines: true, async advance =>
        {
            var code = ExitCode.Done;
            var pairs = set.Images.ToDictionary(p => p.Image, StringComparer.Ordinal);
            await foreach (var outcome in segmenter.SegmentManyAsync(set.Images.Select(p => p.Image), (_, result) => evaluator.Add(pairs[result.Image], result.Mask), cancellation))
            {
                if (outcome.Error is BadDataSetException or BadModelException) throw outcome.Error;
                if (outcome.Error is { } error) code = Math.Max(Failure.Report(terminal, error), ExitCode.Failed);
                advance();
            }
            return code;
        });

    /// <summary>Where figures are written; null: not there.</summary>
    private sealed record EvaluationFiles(string? Matrix, string? Figures, string? Image, string? Json)
    {
        public void Write(Terminal terminal, SegmentationEvaluation figures, bool isJson, CancellationToken cancellation)
        {
            // The table first: it is there even where a disk turns out to be full.
            if (Json is not null || !isJson) SegmentationTable.Print(terminal, figures);
            if (isJson) JsonOutput.WriteOne(terminal, Json, figures.ToJson(), cancellation);
            if (Matrix is not null) OutputPath.WriteText(Matrix, figures.Confusion.ToCsv(), cancellation);
            if (Figures is not null) OutputPath.WriteText(Figures, figures.ToCsv(), cancellation);
            if (Image is null) return;
            using var drawn = figures.DrawConfusion();
            drawn.Save(Image);
        }
    }
}
