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

    /// <param name="matrix">The matrix.</param>
    /// <param name="remark">What else is to be said of it.</param>
    /// <param name="counted">What it counts.</param>
    public static XElement Of(ConfusionMatrix matrix, string remark = "", string counted = "images")
    {
        var asTable = matrix.Labels.Count <= MostInTable;
        return ReportPage.Section(
            "Confusion matrix",
            $"Rows are ground truth, columns are predicted: {(asTable ? "blue is correct, orange is incorrect" : "the diagonal is correct")}.{remark}",
            asTable ? Table(matrix) : Drawing(matrix),
            matrix.Labels.Count > 4 ? Pairs(matrix, counted) : null);
    }

    private static XElement Table(ConfusionMatrix matrix)
    {
        var classes = Enumerable.Range(0, matrix.Labels.Count).ToList();
        var head = Tag("tr", Tag("th", Class("corner"), "ground truth ↓ predicted →"),
            classes.Select(c => Tag("th", Attribute("scope", "col"), Attribute("title", matrix.Labels[c]), Tag("span", matrix.Labels[c]))));
        var rows = classes.Select(row => Tag("tr", Tag("th", Attribute("scope", "row"), Attribute("title", matrix.Labels[row]),
            Tag("span", matrix.Labels[row])), classes.Select(column => Cell(matrix, row, column))));
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
        return Tag("td", Class((row == column ? "correct" : "incorrect") + (share > 0.5 ? " deep" : "")), Attribute("style", $"--depth:{depth}"),
            Attribute("title", title), count.ToString(CultureInfo.InvariantCulture));
    }

    private static XElement? Drawing(ConfusionMatrix matrix)
    {
        if (matrix.Labels.Count > ConfusionMatrixPainter.MostClasses) return null;
        using var image = ConfusionMatrixPainter.Draw(matrix);
        return Tag("div", Class("scroll"),
            Tag("img", Attribute("alt", "The confusion matrix as a heat map"), Attribute("src", DataUri.Of(image, ImageFormat.Png))));
    }

    private static XElement? Pairs(ConfusionMatrix matrix, string counted)
    {
        var classes = Enumerable.Range(0, matrix.Labels.Count).ToList();
        var pairs = classes.SelectMany(row => classes.Where(column => column != row && matrix[row, column] > 0)
            .Select(column => (Row: row, Column: column, Count: matrix[row, column])))
            .OrderByDescending(pair => pair.Count).ToList();
        if (pairs.Count == 0) return null;
        return Tag("div",
            Tag("h3", pairs.Count > MostPairs ? FormattableString.Invariant($"Most frequent confusions ({MostPairs} of {pairs.Count} pairs)")
                : "Most frequent confusions"),
            Tag("div", Class("scroll"), Tag("table", Class("list"),
                Tag("thead", Tag("tr", Tag("th", "ground truth"), Tag("th", "predicted"), Tag("th", Class("number"), counted),
                    Tag("th", Class("number"), "of the class"))),
                Tag("tbody", pairs.Take(MostPairs).Select(pair => Tag("tr",
                    Tag("td", matrix.Labels[pair.Row]), Tag("td", matrix.Labels[pair.Column]),
                    Tag("td", Class("number"), pair.Count.ToString(CultureInfo.InvariantCulture)),
                        Tag("td", Class("number"), ReportPage.Percent(matrix.Share(pair.Row, pair.Column)))))))));
    }
}

/// <summary>The metrics of every class.</summary>
internal static class ClassSection
{
    public static XElement Of(ClassificationEvaluation evaluation, IReadOnlyList<RocCurve> curves) => ReportPage.Section(
        "Classes",
        "Precision: the part of the images predicted as the class that is correct. "
        + "Recall: the part of the class's images that is predicted correctly. "
        + "F1: their harmonic mean. AUC: how often an image of the class has a higher score for it than an image of another class.",
        Tag("div", Class("scroll"), Tag("table", Class("list"),
            Tag("thead", Tag("tr", Tag("th", "class"), Number("th", "images"), Number("th", "precision"), Number("th", "recall"), Number("th", "F1"),
                Number("th", "AUC"))),
            Tag("tbody", evaluation.PerClass.Select(c => Row(c, curves[c.Index]))))));

    private static XElement Row(ClassificationClassEvaluation c, RocCurve curve) => Tag("tr",
        Tag("td", c.Label), Number("td", c.Support.ToString(CultureInfo.InvariantCulture)),
        Bar(c.Precision), Bar(c.Recall), Bar(c.F1), Number("td", ReportPage.Metric(curve.Area, "0.0000")));

    /// <summary>A cell with a number.</summary>
    public static XElement Number(string tag, string text) => Tag(tag, Class("number"), text);

    /// <summary>A metric from 0 to 1 on a bar of that length.</summary>
    public static XElement Bar(double? part) => Tag(
        "td", Class("number bar"), Attribute("style", $"--part:{(100 * (part ?? 0)).ToString("0.#", CultureInfo.InvariantCulture)}%"),
            ReportPage.Metric(part, "0.000"));
}

/// <summary>The ROC curves: each in its own colour; of many, only the worst are coloured.</summary>
internal static class RocSection
{
    public static XElement? Of(IReadOnlyList<RocCurve> curves)
    {
        var drawn = curves.Where(curve => curve.Area is not null).ToList();
        if (drawn.Count == 0) return null;
        var many = drawn.Count > SvgPlot.SeriesCount;
        var coloured = many ? [.. drawn.OrderBy(curve => curve.Area).Take(SvgPlot.SeriesCount)] : drawn;
        return ReportPage.Section(
            "ROC", "Each class against all others, for falling score thresholds. "
            + "Closer to the upper left is better; the broken line is a random classifier."
                + (many ? $" Coloured: the {SvgPlot.SeriesCount} classes of the smallest area." : ""),
            ReportPage.Legend(coloured.Select(curve => $"{curve.Label} ({ReportPage.Metric(curve.Area, "0.0000")})")),
            Tag("div", Class("plots"), CurvePlots.Roc(coloured, [.. drawn.Except(coloured)])));
    }
}

/// <summary>The misclassified images.</summary>
internal static class MisclassificationSection
{
    private const int Side = 160;

    public static XElement Of(ClassificationEvaluation evaluation, int most)
    {
        var misclassified = Misclassification.Of(evaluation).ToList();
        if (misclassified.Count == 0) return ReportPage.Section("Misclassified images", "There are none.");
        var shown = misclassified.Count > most ? $"The {most} most confident of {misclassified.Count}"
            : misclassified.Count == 1 ? "The only one" : $"All {misclassified.Count}, the most confident first";
        return ReportPage.Section(
            "Misclassified images", $"{shown}. A confident misclassification is often a wrong label in the data set.",
            Tag("div", Class("gallery"), misclassified.Take(most).AsParallel().AsOrdered().Select(Card).ToList()));
    }

    private static XElement Card(Misclassification item)
    {
        var name = Path.GetFileName(item.Path);
        return Tag("figure",
            Thumbnail(item.Path) is { } uri ? Tag("img", Attribute("alt", name), Attribute("src", uri)) : Tag("div", Class("gone"), "cannot be read"),
            Tag("figcaption",
                Tag("span", Class("predicted"), item.Predicted, " ", Tag("b", ReportPage.Percent(item.Score))),
                Tag("span", Class("truth"), item.GroundTruth, " ", ReportPage.Percent(item.GroundTruthScore)),
                Tag("span", Class("name"), Attribute("title", item.Path), name)));
    }

    /// <summary>The image in a few kilobytes; null where it is gone or damaged.</summary>
    private static string? Thumbnail(string path)
    {
        try
        {
            using var image = RgbImage.Load(path);
            using var small = Thumbnails.Of(image, Side);
            return DataUri.Of(small, ImageFormat.Jpeg);
        }
        catch (BadImageException)
        {
            return null;
        }
    }
}

/// <summary>Small images for a page.</summary>
internal static class Thumbnails
{
    /// <summary>An image made smaller until its longer side fits.</summary>
    public static RgbImage Of(RgbImage image, int side)
    {
        var scale = Math.Min(1, (double)side / Math.Max(image.Width, image.Height));
        var (width, height) = (Math.Max(1, (int)Math.Round(image.Width * scale)), Math.Max(1, (int)Math.Round(image.Height * scale)));
        return ImageResizer.Resize(image, new() { Width = width, Height = height, Mode = ResizeMode.Stretch, Resampler = Resampler.Area }, out _);
    }
}

/// <summary>An image whose predicted class is not its ground truth.</summary>
/// <param name="Path">The file.</param>
/// <param name="GroundTruth">The class of the ground truth.</param>
/// <param name="Predicted">The predicted class.</param>
/// <param name="Score">The score of the predicted class.</param>
/// <param name="GroundTruthScore">The score of the ground truth.</param>
internal readonly record struct Misclassification(string Path, string GroundTruth, string Predicted, float Score, float GroundTruthScore)
{
    /// <summary>The misclassified images of an evaluation, the most confident first, equally confident ones by path.</summary>
    public static IEnumerable<Misclassification> Of(ClassificationEvaluation evaluation) => evaluation.Cases
        .Where(c => c.Predicted != c.Truth)
        .OrderByDescending(c => c.Confidence).ThenBy(c => c.Path, StringComparer.Ordinal)
        .Select(c => new Misclassification(c.Path, evaluation.Labels[c.Truth], evaluation.Labels[c.Predicted], c.Confidence, c.Scores[c.Truth]));
}
