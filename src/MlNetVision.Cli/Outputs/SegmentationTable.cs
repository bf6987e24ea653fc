using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Segmentation.Evaluation;

namespace MlNetVision.Cli.Outputs;

/// <summary>A segmenter's figures, class by class, for readers.</summary>
internal static class SegmentationTable
{
    public static void Print(Terminal terminal, SegmentationEvaluation figures)
    {
        var table = Tables.Create(1.., "class", "truth", "predicted", "IoU", "accuracy", "precision", "Dice");
        foreach (var c in figures.PerClass.Where(c => !c.IsIgnored))
            table.AddCells(c.Label, Number(c.Truth), Number(c.Predicted), Figure(c.IoU), Figure(c.Accuracy), Figure(c.Precision), Figure(c.Dice));
        table.AddCells("all (mean)", Number(figures.Pixels), Number(figures.Pixels), Figure(figures.MeanIoU), Figure(figures.MeanAccuracy), "", "");
        terminal.Result(table);
        terminal.Result($"Mean IoU {Figure(figures.MeanIoU)}, pixel accuracy {Figure(figures.PixelAccuracy)}, mean accuracy {Figure(figures.MeanAccuracy)}, frequency-weighted IoU {Figure(figures.FrequencyWeightedIoU)}.");
        terminal.Result($"{figures.Images} images, {Number(figures.Pixels)} pixels{(figures.Ignore is { } ignore ? $", besides {Number(figures.IgnoredPixels)} ignored ones ({ignore})" : "")}.");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Figure(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}
