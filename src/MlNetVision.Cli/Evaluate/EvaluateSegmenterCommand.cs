using System.CommandLine;
using MlNetVision.Cli.Hosting;
using MlNetVision.Cli.Inputs;
using MlNetVision.Cli.ModelOptions;
using MlNetVision.Cli.Outputs;
using MlNetVision.Imaging;
using MlNetVision.Data;
using MlNetVision.Segmentation;
using MlNetVision.Segmentation.Evaluation;

namespace MlNetVision.Cli.Evaluate;

/// <summary><c>evaluate segmenter IMAGES MASKS -m MODEL</c>: IoU, accuracies, confusion matrix.</summary>
internal static class EvaluateSegmenterCommand
{
    public static Command Create(Terminal terminal)
    {
        var options = new SegmentationOptions();
        var outputs = new ConfusionOutputs("pixels");
        var images = new Argument<string>("IMAGES") { Description = "The folder of images; or one image." };
        var masks = new Argument<string>("MASKS") { Description = "The folder of their masks, NAME.png with class indices; or one mask." };
        var ignore = new Option<byte?>("--ignore")
        {
            Description = "The index in the masks of pixels without a class, such as 255 (Pascal VOC) or 11 (CamVid). [default: none]",
            HelpName = "INDEX",
        };
        var command = new DocumentedCommand("segmenter", "IoU, accuracies and confusion matrix of a segmenter on images with masks.")
        {
            Examples =
            [
                ("mlnetvision evaluate segmenter camvid/test camvid/testannot --ignore 11", "The bundled model 'streets' on CamVid."),
                ("mlnetvision evaluate segmenter JPEGImages SegmentationClass -m deeplabv3.onnx --ignore 255 --json metrics.json --csv confusion.csv",
                    "A DeepLab model on Pascal VOC."),
            ],
        };
        command.Add(images);
        command.Add(masks);
        options.AddTo(command);
        command.Add(ignore);
        outputs.AddTo(command);
        command.SetRun(terminal, async (parsed, cancellationToken) =>
        {
            var set = SegmentationDataSet.Open(parsed.GetRequiredValue(images), parsed.GetRequiredValue(masks));
            foreach (var warning in set.Warnings) terminal.Warn(warning);
            outputs.Check(parsed, Files(set, options.FilesOf(parsed)));
            using var segmenter = options.Load(parsed, terminal);
            DeviceOption.Open(terminal, segmenter);
            var evaluator = new SegmentationEvaluator(segmenter.Labels, parsed.GetValue(ignore));
            terminal.Preparation.End();
            var code = await SegmentAsync(terminal, segmenter, set, evaluator, cancellationToken);
            var metrics = evaluator.Evaluate();
            outputs.Write(
                parsed, terminal, () => Print(terminal, metrics), metrics.ToJson(), metrics.ToCsv(), metrics.Confusion, Draw, cancellationToken);
            return code;

            void Draw(string path)
            {
                using var drawn = metrics.DrawConfusion();
                drawn.Save(path);
            }
        });
        return command;
    }

    private static UsedFiles Files(SegmentationDataSet set, UsedFiles used)
    {
        foreach (var pair in set.Images) used.Add(pair.Image, "an image of the data set").Add(pair.Mask, "a mask of the data set");
        return used;
    }

    /// <summary>
    /// Images that cannot be read are left out and reported. A mask that does not fit ends the command: metrics without it would mislead.
    /// </summary>
    private static Task<int> SegmentAsync(
        Terminal terminal, Segmenter segmenter, SegmentationDataSet set, SegmentationEvaluator evaluator, CancellationToken cancellationToken) =>
        ImageProgress.ShowAsync(terminal, set.Images.Count, printsLines: true, async advance =>
        {
            var code = ExitCode.Done;
            var pairs = set.Images.ToDictionary(p => p.Image, StringComparer.Ordinal);
            void Compare(RgbImage image, SegmentationResult result) => evaluator.Add(pairs[result.Image], result.Mask);
            await foreach (var outcome in segmenter.SegmentManyAsync(set.Images.Select(p => p.Image), Compare, cancellationToken))
            {
                if (outcome.Error is BadDataSetException or BadModelException) throw outcome.Error;
                if (outcome.Error is { } error) code = Math.Max(Failure.Report(terminal, error), ExitCode.Failed);
                advance();
            }
            return code;
        });

    private static void Print(Terminal terminal, SegmentationEvaluation metrics)
    {
        var table = Tables.Create(1.., "class", "ground truth", "predicted", "IoU", "accuracy", "precision", "Dice");
        foreach (var c in metrics.PerClass.Where(c => !c.IsIgnored))
        {
            table.AddCells(
                c.Label, Tables.Count(c.Truth), Tables.Count(c.Predicted), Tables.Metric(c.IoU),
                Tables.Metric(c.Accuracy), Tables.Metric(c.Precision), Tables.Metric(c.Dice));
        }
        var pixels = Tables.Count(metrics.Pixels);
        table.AddCells("all (mean)", pixels, pixels, Tables.Metric(metrics.MeanIoU), Tables.Metric(metrics.MeanAccuracy), "", "");
        terminal.Result(table);
        terminal.Result($"Mean IoU {Tables.Metric(metrics.MeanIoU)}, pixel accuracy {Tables.Metric(metrics.PixelAccuracy)}, "
            + $"mean accuracy {Tables.Metric(metrics.MeanAccuracy)}, frequency-weighted IoU {Tables.Metric(metrics.FrequencyWeightedIoU)}.");
        var ignored = metrics.Ignore is { } ignore ? $"; {Tables.Count(metrics.IgnoredPixels)} pixels ignored ({ignore})" : "";
        terminal.Result($"{metrics.Images} images, {pixels} pixels{ignored}.");
    }
}
