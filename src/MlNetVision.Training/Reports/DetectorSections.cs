using System.Globalization;
using System.Xml.Linq;
using MlNetVision.Detection.Evaluation;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>The metrics of each class of a detector.</summary>
internal static class DetectorClassSection
{
    public static XElement Of(DetectorResults results)
    {
        var (evaluation, mean) = (results.Evaluation, results.Mean);
        return ReportPage.Section(
            "Classes", string.Create(CultureInfo.InvariantCulture, $"Precision, recall and F1 at the confidence threshold {evaluation.Confidence} and IoU 0.5; ")
            + "AP: average precision over all thresholds. The last row has the means over classes with ground truth, of precision over those with detections.",
            Table(
                ["objects", "precision", "recall", "F1", "AP@.5", "AP@.75", "AP@[.5:.95]"],
                evaluation.PerClass.Select(c => Row(c.Label, c.Counts.Truth, c.Counts.Precision, c.Counts.Recall, F1(c.Counts), c.Ap50, c.Ap75, c.Ap)),
                mean is null ? null : Row(
                    "mean", evaluation.Counts.Truth, Mean(evaluation, c => c.Precision), Mean(evaluation, c => c.Recall), Mean(evaluation, F1), evaluation.Map50,
                    evaluation.Map75, evaluation.Map)));
    }

    /// <summary>Average precision before and after the training.</summary>
    public static XElement Change(DetectionEvaluation after, DetectionEvaluation before) => ReportPage.Section(
        "Before and after", "Average precision of the detector that training started with, and of the trained one, on the same images.",
        Table(
            ["AP@.5 before", "after", "change", "AP@[.5:.95] before", "after", "change"],
            after.PerClass.Select((c, i) => ChangeRow(c.Label, before.PerClass[i].Ap50, c.Ap50, before.PerClass[i].Ap, c.Ap)),
            ChangeRow("mean", before.Map50, after.Map50, before.Map, after.Map)));

    public static XElement Table(IEnumerable<string> columns, IEnumerable<XElement> rows, XElement? last = null, string first = "class") =>
        Tag("div", Class("scroll"), Tag("table", Class("list"),
            Tag("thead", Tag("tr", Tag("th", first), columns.Select(c => ClassSection.Number("th", c)))),
            Tag("tbody", rows), last is null ? null : Tag("tfoot", last)));

    /// <summary>The harmonic mean of precision and recall; null without ground truth.</summary>
    private static double? F1(DetectionCounts counts) => counts.Truth == 0 ? null : 2.0 * counts.TruePositives / (counts.Truth + counts.Detections);

    private static double? Mean(DetectionEvaluation evaluation, Func<DetectionCounts, double?> metric) =>
        evaluation.PerClass.Where(c => c.Counts.Truth > 0).Average(c => metric(c.Counts));

    private static XElement Row(string label, int objects, params double?[] metrics) => Tag("tr",
        Tag("td", label), ClassSection.Number("td", objects.ToString(CultureInfo.InvariantCulture)), metrics.Select(ClassSection.Bar));

    private static XElement ChangeRow(string label, double? before50, double? after50, double? before, double? after) => Tag("tr",
        Tag("td", label), ClassSection.Bar(before50), ClassSection.Bar(after50), Difference(before50, after50),
        ClassSection.Bar(before), ClassSection.Bar(after), Difference(before, after));

    private static XElement Difference(double? before, double? after) => ClassSection.Number("td", ReportPage.Metric(after - before, "+0.000;−0.000;0.000"));
}

/// <summary>Precision and recall as the confidence threshold changes.</summary>
internal static class ThresholdSection
{
    /// <summary>COCO's recalls: 0, 0.01, … 1.</summary>
    private const int Recalls = 101;

    /// <summary>A curve has a point for each so many thresholds.</summary>
    private const int Stride = 10;

    public static XElement? PrecisionRecall(DetectionEvaluation evaluation)
    {
        var drawn = evaluation.PerClass.Where(c => c.Curve.Count > 0).ToList();
        if (drawn.Count == 0) return null;
        var (coloured, pale) = Choose(drawn, c => c.Ap50);
        var plot = CurvePlots.Plot(new LinearAxis { Minimum = -0.01, Maximum = 1.01, Title = "recall" }, new LinearAxis { Minimum = 0, Maximum = 1.01 });
        foreach (var c in pale) plot.Series.Add(Line(SvgPlot.Grid, 1, Envelope(c)));
        foreach (var (i, c) in coloured.Index()) plot.Series.Add(Line(SvgPlot.Series(i), 2, Envelope(c)));
        return ReportPage.Section(
            "Precision and recall", "At IoU 0.5, for falling confidence thresholds: the best precision at a recall or any higher one, whose mean is the average "
            + $"precision AP@.5. A curve ends at the recall of all detections.{Remark(pale)}",
            ReportPage.Legend(coloured.Select(c => $"{c.Label} ({ReportPage.Metric(c.Ap50, "0.000")})")),
            Tag("div", Class("plots"), SvgPlot.Draw(plot, "pr", "Precision")));
    }

    public static XElement? Of(DetectorResults results)
    {
        if (results.Mean is not { } mean) return null;
        var (coloured, pale) = Choose([.. results.Curves.Where(c => c.Points.Count > 0)], c => c.Best?.F1);
        XElement Plot(string id, string caption, Func<ConfidencePoint, double?> value)
        {
            var plot = CurvePlots.Plot(
                new LinearAxis { Minimum = -0.01, Maximum = 1.01, Title = "confidence threshold" }, new LinearAxis { Minimum = 0, Maximum = 1.01 });
            if (results.Mean.Best is { } best)
                plot.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Vertical, X = best.Confidence, Color = SvgPlot.Ink, LineStyle = LineStyle.Dot, StrokeThickness = 1 });
            foreach (var c in pale) plot.Series.Add(Line(SvgPlot.Grid, 1, Points(c, value)));
            foreach (var (i, c) in coloured.Index()) plot.Series.Add(Line(SvgPlot.Series(i), 2, Points(c, value)));
            if (results.Curves.Count(c => c.Points.Count > 0) > 1) plot.Series.Add(Line(SvgPlot.Ink, 1.5, Points(mean, value)));
            return SvgPlot.Draw(plot, id, caption);
        }
        var named = mean.Best is { } overall
            ? string.Create(CultureInfo.InvariantCulture, $" The mean F1 is highest, {overall.F1:0.000}, at the threshold {overall.Confidence:0.000} (dotted line).") : "";
        return ReportPage.Section(
            "Precision, recall and F1 by confidence", $"At IoU 0.5; thin: the mean over classes.{named} Behind a class: its own highest F1 and where it is.{Remark(pale)}",
            ReportPage.Legend(coloured.Select(c => c.Best is { } best
                ? string.Create(CultureInfo.InvariantCulture, $"{c.Label} ({best.F1:0.000} at {best.Confidence:0.000})") : $"{c.Label} (none found)")),
            Tag("div", Class("plots"), Plot("f1", "F1", p => p.F1), Plot("precision", "Precision", p => p.Precision), Plot("recall", "Recall", p => p.Recall)));
    }

    /// <summary>The best precision at each recall that is reached: the values that COCO's average precision is the mean of, with zeros for those that are not.</summary>
    internal static IEnumerable<DataPoint> Envelope(ClassEvaluation c)
    {
        var points = new List<DataPoint>();
        var (best, last) = (0.0, c.Curve.Count - 1);
        for (var i = Recalls - 1; i >= 0; i--)
        {
            var recall = i == Recalls - 1 ? 1 : i * 0.01;
            for (; last >= 0 && c.Curve[last].Recall >= recall; last--) best = Math.Max(best, c.Curve[last].Precision);
            if (last < c.Curve.Count - 1) points.Add(new(recall, best));
        }
        points.Reverse();
        return points;
    }

    private static IEnumerable<DataPoint> Points(ConfidenceCurve curve, Func<ConfidencePoint, double?> value) =>
        curve.Points.Where((_, i) => (i + 1) % Stride == 0).Select(p => new DataPoint(p.Confidence, value(p) ?? double.NaN));

    /// <summary>The classes in colour: all, or of many the worst.</summary>
    private static (List<T> Coloured, List<T> Pale) Choose<T>(List<T> all, Func<T, double?> metric)
    {
        if (all.Count <= SvgPlot.SeriesCount) return (all, []);
        var worst = all.OrderBy(metric).Take(SvgPlot.SeriesCount).ToList();
        return (worst, [.. all.Except(worst)]);
    }

    private static string Remark<T>(List<T> pale) => pale.Count == 0 ? "" : $" Coloured: the {SvgPlot.SeriesCount} classes of the lowest values.";

    private static LineSeries Line(OxyColor color, double thickness, IEnumerable<DataPoint> points)
    {
        var line = new LineSeries { Color = color, StrokeThickness = thickness, LineJoin = LineJoin.Round };
        line.Points.AddRange(points);
        return line;
    }
}

/// <summary>How well objects are found by their size.</summary>
internal static class DetectorSizeSection
{
    /// <summary>Classes have columns of their own up to so many.</summary>
    private const int MostColumns = 8;

    public static XElement? Of(IReadOnlyList<string> labels, DetectorResults results)
    {
        if (results.Sizes.Count == 0) return null;
        var (coco, columns) = (results.Evaluation.Coco, labels.Count is > 1 and <= MostColumns ? labels : []);
        XElement Coco(string name, double? ap, double? ar) => Tag("tr", Tag("td", name), ClassSection.Bar(ap), ClassSection.Bar(ar));
        return ReportPage.Section(
            "Recall by object size",
            string.Create(CultureInfo.InvariantCulture, $"The objects that are found at the confidence threshold {results.Confidence} and IoU 0.5, by their size in pixels of the image: the root of ")
            + "their area.",
            DetectorClassSection.Table(
                ["objects", "found", "recall", .. columns],
                results.Sizes.Select(s => Tag("tr",
                    Tag("td", s.To is { } to ? string.Create(CultureInfo.InvariantCulture, $"{s.From} to {to}") : string.Create(CultureInfo.InvariantCulture, $"from {s.From}")),
                    ClassSection.Number("td", Count(s.Objects)), ClassSection.Number("td", Count(s.Found)), ClassSection.Bar((double)s.Found / s.Objects),
                    columns.Select((_, c) => ClassSection.Number("td", s.Classes[c].Objects == 0 ? "–" : $"{Count(s.Classes[c].Found)} of {Count(s.Classes[c].Objects)}")))),
                first: "size"),
            Tag("h3", "COCO's sizes"),
            Tag("p", Class("note"), "Average precision, and average recall of all detections, both over IoU 0.5 to 0.95."),
            DetectorClassSection.Table(
                ["average precision", "average recall"],
                [Coco("small, up to 32 pixels", coco.ApSmall, coco.ArSmall), Coco("medium, 32 to 96", coco.ApMedium, coco.ArMedium), Coco("large, from 96", coco.ApLarge, coco.ArLarge)],
                first: "size"));
    }

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
