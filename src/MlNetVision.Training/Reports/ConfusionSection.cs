using System.Globalization;
using System.Xml.Linq;
using MlNetVision.Classification;
using MlNetVision.Evaluation;
using MlNetVision.Imaging;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>The confusion matrix: a table, or an image where there are many classes; and the pairs that are confused most.</summary>
internal static class ConfusionSection
{
    private const int MostInTable = 30;
    private const int MostPairs = 20;

    public static XElement Of(ClassificationEvaluation evaluation)
    {
        var matrix = evaluation.Confusion;
        var asTable = matrix.Labels.Count <= MostInTable;
        return ReportPage.Section(
            "Confusion matrix",
            $"Rows are ground truth, columns are predicted: {(asTable ? "blue is correct, orange is incorrect" : "the diagonal is correct")}.",
            asTable ? Table(matrix) : Drawing(matrix),
            matrix.Labels.Count > 4 ? Pairs(matrix) : null);
    }

    private static XElement Table(ConfusionMatrix matrix)
    {
        var classes = Enumerable.Range(0, matrix.Labels.Count).ToList();
        var head = Tag("tr", Tag("th", Class("corner"), "ground truth ↓ predicted →"), classes.Select(c => Tag("th", Attribute("scope", "col"), Attribute("title", matrix.Labels[c]), Tag("span", matrix.Labels[c]))));
        var rows = classes.Select(row => Tag("tr", Tag("th", Attribute("scope", "row"), Attribute("title", matrix.Labels[row]), Tag("span", matrix.Labels[row])), classes.Select(column => Cell(matrix, row, column))));
        return Tag("div", Class("scroll"), Tag("table", Class("confusion"), Tag("thead", head), Tag("tbody", rows)));
    }

    private static XElement Cell(ConfusionMatrix matrix, int row, int column)
    {
        var count = matrix[row, column];
        if (count == 0) return Tag("td", Class("zero"), "·");
        var share = matrix.Share(row, column)!.Value;
        var title = $"{matrix.Labels[row]} → {matrix.Labels[column]}: {count.ToString(CultureInfo.InvariantCulture)} ({ReportPage.Percent(share)})";
        // Even a small share is visible.
        var depth = (0.15 + 0.85 * share).ToString("0.##", CultureInfo.InvariantCulture);
        return Tag("td", Class((row == column ? "correct" : "incorrect") + (share > 0.5 ? " deep" : "")), Attribute("style", $"--depth:{depth}"), Attribute("title", title), count.ToString(CultureInfo.InvariantCulture));
    }

    private static XElement? Drawing(ConfusionMatrix matrix)
    {
        if (matrix.Labels.Count > ConfusionMatrixPainter.MostClasses) return null;
        using var image = ConfusionMatrixPainter.Draw(matrix);
        return Tag("div", Class("scroll"), Tag("img", Attribute("alt", "The confusion matrix as a heat map"), Attribute("src", DataUri.Of(image, ImageFormat.Png))));
    }

    private static XElement? Pairs(ConfusionMatrix matrix)
    {
        var classes = Enumerable.Range(0, matrix.Labels.Count).ToList();
        var pairs = classes.SelectMany(row => classes.Where(column => column != row && matrix[row, column] > 0).Select(column => (Row: row, Column: column, Count: matrix[row, column])))
            .OrderByDescending(pair => pair.Count).ToList();
        if (pairs.Count == 0) return null;
        return Tag("div",
            Tag("h3", pairs.Count > MostPairs ? FormattableString.Invariant($"Most frequent confusions ({MostPairs} of {pairs.Count} pairs)") : "Most frequent confusions"),
            Tag("div", Class("scroll"), Tag("table", Class("list"),
                Tag("thead", Tag("tr", Tag("th", "ground truth"), Tag("th", "predicted"), Tag("th", Class("number"), "images"), Tag("th", Class("number"), "of the class"))),
                Tag("tbody", pairs.Take(MostPairs).Select(pair => Tag("tr",
                    Tag("td", matrix.Labels[pair.Row]), Tag("td", matrix.Labels[pair.Column]),
                    Tag("td", Class("number"), pair.Count.ToString(CultureInfo.InvariantCulture)), Tag("td", Class("number"), ReportPage.Percent(matrix.Share(pair.Row, pair.Column)))))))));
    }
}
