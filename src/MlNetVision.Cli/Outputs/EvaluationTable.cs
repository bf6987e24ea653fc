using System.Globalization;
using MlNetVision.Cli.Hosting;
using MlNetVision.Detection.Evaluation;
using Spectre.Console;

namespace MlNetVision.Cli.Outputs;

/// <summary>A detector's figures, class by class, for readers.</summary>
internal static class EvaluationTable
{
    public static void Print(Terminal terminal, DetectionEvaluation figures)
    {
        var table = Tables.Create(1.., "class", "truth", "AP@.5", "AP@[.5:.95]", "VOC 2007", "precision", "recall", "right", "wrong", "missed");
        foreach (var c in figures.PerClass) Add(table, c.Label, c.Counts, c.Ap50, c.Ap, c.Voc2007Ap);
        Add(table, "all (mean AP)", figures.Counts, figures.Map50, figures.Map, figures.Voc2007Map);
        terminal.Result(table);
        terminal.Result(string.Create(CultureInfo.InvariantCulture,
            $"{figures.Images} images; precision, recall and counts at score {figures.Confidence} and IoU 0.5."));
        Mention(terminal, "Only in the model, not judged", figures.OnlyInModel);
        Mention(terminal, "Only in the data, never found", figures.OnlyInData);
    }

    private static void Add(Table table, string label, DetectionCounts n, params double?[] precisions)
    {
        table.AddCells([label, Number(n.Truth), .. precisions.Select(Fraction), Fraction(n.Precision), Fraction(n.Recall),
            Number(n.TruePositives), Number(n.FalsePositives), Number(n.FalseNegatives)]);
    }

    private static void Mention(Terminal terminal, string what, IEnumerable<string> labels)
    {
        var text = string.Join(", ", labels);
        if (text.Length > 0) terminal.Result($"{what}: {text}.");
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Fraction(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "-";
}
