using System.Globalization;
using MlNetVision.Classification;
using MlNetVision.Cli.Hosting;

namespace MlNetVision.Cli.Outputs;

/// <summary>A classifier's figures, class by class, for readers. Classes that are neither in the truth nor in the answers are left out.</summary>
internal static class ClassificationTable
{
    public static void Print(Terminal terminal, ClassificationEvaluation figures)
    {
        var table = Tables.Create(1.., "class", "truth", "predicted", "correct", "precision", "recall", "F1");
        foreach (var c in figures.PerClass.Where(c => c.F1 is not null))
            table.AddCells(c.Label, Number(c.Support), Number(c.Predicted), Number(c.Correct), Figure(c.Precision), Figure(c.Recall), Figure(c.F1));
        table.AddCells("all", Number(figures.Cases.Count), Number(figures.Cases.Count), Number(figures.Confusion.Correct), "", "", Figure(figures.MacroF1));
        terminal.Result(table);
        terminal.Result($"Accuracy {Figure(figures.Accuracy)}, top five {Figure(figures.TopFive)}, macro F1 {Figure(figures.MacroF1)}, log-loss {Figure(figures.LogLoss)}, expected calibration error {Figure(figures.ExpectedCalibrationError)}.");
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Figure(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}
