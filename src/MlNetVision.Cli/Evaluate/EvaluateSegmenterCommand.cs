using System.Collections.Concurrent;
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
        var masks = new Argument<string>("MASKS")
        {
            Description = "The folder of their masks, NAME.png with class indices, or LabelMe files; or a COCO file; or one mask.",
        };
        var ignore = NumberOption.Create<byte>(
            "--ignore", "The index in the masks of pixels without a class, such as 255 (Pascal VOC) or 11 (CamVid). [default: none]", "INDEX", 0, byte.MaxValue);
        var suffix = new Option<string?>("--mask-suffix")
        {
            Description = "What stands behind an image's name in its mask's, such as _gtFine_labelTrainIds. [default: none, .mask, _mask, _labelIds, _L]",
            HelpName = "TEXT",
        };
        var colors = new Option<string?>("--mask-palette")
        {
            Description = $"The colours of masks in colour: {string.Join(", ", ColorPalette.Presets.Select(p => p.Name))}, or a file of 'r g b name' or 'name,r,g,b'. "
                + "[default: masks hold indices]",
            HelpName = "PALETTE",
        };
        var notes = new DataSetNotes();
        var command = new DocumentedCommand("segmenter", "IoU, accuracies and confusion matrix of a segmenter on images with masks.")
        {
            Examples =
            [
                ("mlnetvision evaluate segmenter camvid/test camvid/testannot --ignore 11", "The bundled model 'streets' on CamVid."),
                ("mlnetvision evaluate segmenter JPEGImages SegmentationClass -m deeplabv3.onnx --ignore 255 --json metrics.json --csv confusion.csv",
                    "A DeepLab model on Pascal VOC."),
                ("mlnetvision evaluate segmenter photos photos/labels.json -m streets", "Polygons of a labelling tool, as a COCO file."),
            ],
        };
        command.Add(images);
        command.Add(masks);
        options.AddTo(command);
        command.Add(ignore);
        command.Add(suffix);
        command.Add(colors);
        notes.AddTo(command);
        outputs.AddTo(command);
        command.SetRun(terminal, async (parsed, cancellationToken) =>
        {
            var palette = parsed.GetValue(colors) is { } name ? ColorPalette.Find(name) : null;
            var set = SegmentationDataSet.Open(parsed.GetRequiredValue(images), parsed.GetRequiredValue(masks),
                new SegmentationDataSetOptions { MaskSuffix = parsed.GetValue(suffix), Strict = notes.IsStrict(parsed) });
            outputs.Check(parsed, Files(set, options.FilesOf(parsed)));
            using var segmenter = options.Load(parsed, terminal);
            DeviceOption.Open(terminal, segmenter);
            var evaluator = new SegmentationEvaluator(segmenter.Labels, parsed.GetValue(ignore), palette);
            if (palette?.Unknown(segmenter.Labels) is [_, ..] unknown)
                terminal.Warn($"colours of classes that the model does not have are ignored: {string.Join(", ", unknown)}");
            terminal.Preparation.End();
            var (code, unusable) = await SegmentAsync(terminal, segmenter, set, evaluator, notes.IsStrict(parsed), cancellationToken);
            DataSetNotes.Show(terminal, set.Warnings, [.. set.LeftOut, .. unusable], set.Images.Count - unusable.Count);
            if (unusable.Count == set.Images.Count) throw new BadDataSetException($"{parsed.GetRequiredValue(masks)}: no mask can be used. {unusable[0].Reason}");
            if (evaluator.TurnedMasks > 0)
                terminal.Warn(FormattableString.Invariant($"masks that count in the image as stored, before EXIF turns it, are turned with it: {evaluator.TurnedMasks}"));
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

    /// <summary>Images that cannot be read, and masks that cannot be used, are left out and reported.</summary>
    private static async Task<(int Code, List<LeftOut> Unusable)> SegmentAsync(
        Terminal terminal, Segmenter segmenter, SegmentationDataSet set, SegmentationEvaluator evaluator, bool strict, CancellationToken cancellationToken)
    {
        var unusable = new ConcurrentDictionary<string, LeftOut>(StringComparer.Ordinal); // the comparison runs on several threads
        var code = await ImageProgress.ShowAsync(terminal, set.Images.Count, printsLines: true, async advance =>
        {
            var worst = ExitCode.Done;
            var pairs = set.Images.ToDictionary(p => p.Image, StringComparer.Ordinal);
            void Compare(RgbImage image, SegmentationResult result)
            {
                try
                {
                    evaluator.Add(pairs[result.Image], result.Mask);
                }
                catch (UnusableMaskException e) when (!strict)
                {
                    unusable[result.Image] = new(LeftOutKind.UnreadableMask, pairs[result.Image].Mask, e.Message);
                }
            }
            await foreach (var outcome in segmenter.SegmentManyAsync(set.Images.Select(p => p.Image), Compare, cancellationToken))
            {
                if (outcome.Error is BadModelException) throw outcome.Error;
                if (outcome.Error is { } error) worst = DataSetNotes.Fail(terminal, error, strict);
                advance();
            }
            return worst;
        });
        return (code, [.. set.Images.Where(pair => unusable.ContainsKey(pair.Image)).Select(pair => unusable[pair.Image])]);
    }

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
        var ignored = metrics.Ignore is { } ignore ? $"; {Tables.Count(metrics.IgnoredPixels)} pixels ignored ({ignore})"
            : metrics.IgnoredPixels > 0 ? $"; {Tables.Count(metrics.IgnoredPixels)} pixels without a class ignored" : "";
        terminal.Result($"{metrics.Images} images, {pixels} pixels{ignored}.");
    }
}
