using System.Globalization;
using System.Xml.Linq;
using MlNetVision.Detection;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Imaging;
using MlNetVision.Training.Detection;
using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Series;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>The page of a detector's report.</summary>
internal static class DetectorReportPage
{
    private static readonly (string Name, Func<DetectorTerms, double> Value)[] Terms =
    [
        ("total", t => t.Total), ("box", t => t.Box), ("objectness", t => t.Objectness), ("no object", t => t.NoObject), ("class", t => t.Class),
        ("prior", t => t.Prior),
    ];

    public static string Of(DetectorReportContent content, DetectorResults? results, DetectorResults? before) => ReportPage.Page(
        $"{content.Title} – training report", Header(content, results, before), ReportPage.Warnings(content.Warnings), ReportPage.Settings(content.Settings),
        Epochs(content), results is null
            ? [Tag("p", Class("note"), "There were no validation images, so there are no metrics on unseen images.")]
            : new object?[]
            {
                Curves(results.Evaluation), Classes(results.Evaluation, before?.Evaluation),
                ConfusionSection.Of(results.Confusion, " The last row holds detections without an object, the last column objects that were missed."),
                Sizes(results), DetectionGallery.Of(content, results, before),
            });

    private static XElement Header(DetectorReportContent content, DetectorResults? results, DetectorResults? before)
    {
        var tiles = new List<XElement>();
        if (results is not null)
        {
            var evaluation = results.Evaluation;
            tiles.Add(ReportPage.Tile("mAP@.5", ReportPage.Metric(evaluation.Map50, "0.000")));
            if (before is not null) tiles.Add(ReportPage.Tile("mAP@.5 before", ReportPage.Metric(before.Evaluation.Map50, "0.000")));
            tiles.Add(ReportPage.Tile("mAP@[.5:.95]", ReportPage.Metric(evaluation.Map, "0.000")));
            tiles.Add(ReportPage.Tile("precision", ReportPage.Metric(evaluation.Counts.Precision, "0.000")));
            tiles.Add(ReportPage.Tile("recall", ReportPage.Metric(evaluation.Counts.Recall, "0.000")));
            tiles.Add(ReportPage.Tile("validation images", Count(evaluation.Images)));
        }
        if (content.Epochs is [.., var last])
        {
            tiles.Add(ReportPage.Tile("epochs", Count(last.Epoch)));
            tiles.Add(ReportPage.Tile("seconds per epoch", ReportPage.Metric(content.Epochs.Average(e => e.Seconds), "0.##")));
        }
        return ReportPage.Header(content.Title, tiles);
    }

    private static XElement? Epochs(DetectorReportContent content)
    {
        if (content.Epochs.Count == 0) return null;
        var terms = Terms.Where(t => content.Epochs.Any(e => t.Value(e.Losses) > 0)).ToList();
        var numbers = content.Epochs.Select(e => e.Epoch).ToList();
        var loss = CurvePlots.Epochs(numbers, content.ModelEpoch, new LogarithmicAxis());
        foreach (var (i, term) in terms.Index())
            CurvePlots.Add(loss, i, content.Epochs.Select(e => (e.Epoch, term.Value(e.Losses) is > 0 and var value ? (double?)value : null)));
        var model = content.ModelEpoch is > 0 and { } epoch ? FormattableString.Invariant($" The model has the weights of epoch {epoch}.") : "";
        var evaluated = content.Epochs.Where(e => e.Map50 is not null).ToList();
        return ReportPage.Section(
            "Epochs", $"Losses are sums over an image, averaged over the images of an epoch while the weights change.{model}",
            ReportPage.Legend(terms.Select(t => t.Name)),
            Tag("div", Class("plots"), SvgPlot.Draw(loss, "loss", "Loss by term, logarithmic"), evaluated.Count == 0 ? null : Precision(content, evaluated)));
    }

    private static XElement Precision(DetectorReportContent content, List<DetectorEpoch> evaluated)
    {
        var plot = CurvePlots.Epochs([.. content.Epochs.Select(e => e.Epoch)], content.ModelEpoch, new LinearAxis { Minimum = 0, Maximum = 1.01 });
        CurvePlots.Add(plot, 0, evaluated.Select(e => (e.Epoch, e.Map50)));
        CurvePlots.Add(plot, 1, evaluated.Select(e => (e.Epoch, e.Map)));
        return SvgPlot.Draw(plot, "map", "mAP on the validation images: @.5 above, @[.5:.95] below");
    }

    private static XElement? Curves(DetectionEvaluation evaluation)
    {
        var drawn = evaluation.PerClass.Where(c => c.Curve.Count > 0).ToList();
        if (drawn.Count == 0) return null;
        var many = drawn.Count > SvgPlot.SeriesCount;
        var shown = many ? [.. drawn.OrderBy(c => c.Ap50).Take(SvgPlot.SeriesCount)] : drawn;
        var recall = CurvePlots.Plot(new LinearAxis { Minimum = 0, Maximum = 1.01, Title = "recall" }, new LinearAxis { Minimum = 0, Maximum = 1.01 });
        var score = CurvePlots.Plot(new LinearAxis { Minimum = 0, Maximum = 1.01, Title = "confidence threshold" }, new LinearAxis { Minimum = 0, Maximum = 1.01 });
        foreach (var (i, c) in shown.Index())
        {
            recall.Series.Add(Line(i, c.Curve.Select(p => new DataPoint(p.Recall, p.Precision))));
            score.Series.Add(Line(i, c.Curve.Select(p => new DataPoint(p.Score, DetectorResults.F1(p)))));
        }
        return ReportPage.Section(
            "Precision, recall and F1", "At IoU 0.5. Left: precision over recall for falling confidence thresholds; the area is the average precision. "
            + $"Right: F1 over the threshold; its highest point is a good threshold.{(many ? $" Drawn: the {SvgPlot.SeriesCount} classes of the lowest average precision." : "")}",
            ReportPage.Legend(shown.Select(c => $"{c.Label} ({ReportPage.Metric(c.Ap50, "0.000")})")),
            Tag("div", Class("plots"), SvgPlot.Draw(recall, "pr", "Precision"), SvgPlot.Draw(score, "f1", "F1")));
    }

    /// <summary>A curve of at most some hundred points: more are not seen.</summary>
    private static LineSeries Line(int color, IEnumerable<DataPoint> points)
    {
        const int Most = 400;
        var all = points.ToList();
        var step = Math.Max(1, all.Count / Most);
        var line = new LineSeries { Color = SvgPlot.Series(color), StrokeThickness = 2, LineJoin = LineJoin.Round };
        line.Points.AddRange(all.Where((_, i) => i % step == 0 || i == all.Count - 1));
        return line;
    }

    private static XElement Classes(DetectionEvaluation evaluation, DetectionEvaluation? before) => ReportPage.Section(
        "Classes", string.Create(CultureInfo.InvariantCulture, $"Precision and recall at the confidence threshold {evaluation.Confidence} and IoU 0.5; ")
        + "the best F1 with the threshold that gives it.",
        Tag("div", Class("scroll"), Tag("table", Class("list"),
            Tag("thead", Tag("tr", Tag("th", "class"), Head("objects"), Head("AP@.5"), before is null ? null : Head("AP@.5 before"), Head("AP@[.5:.95]"),
                Head("precision"), Head("recall"), Head("best F1"), Head("at"))),
            Tag("tbody", evaluation.PerClass.Select((c, i) => Row(c, before?.PerClass[i]))))));

    private static XElement Row(ClassEvaluation c, ClassEvaluation? before)
    {
        var best = DetectorResults.BestOf(c);
        return Tag("tr", Tag("td", c.Label), ClassSection.Number("td", Count(c.Counts.Truth)), ClassSection.Bar(c.Ap50), before is null ? null : ClassSection.Bar(before.Ap50),
            ClassSection.Bar(c.Ap), ClassSection.Bar(c.Counts.Precision), ClassSection.Bar(c.Counts.Recall),
            ClassSection.Bar(best is { } point ? DetectorResults.F1(point) : null), ClassSection.Number("td", ReportPage.Metric(best?.Score, "0.00")));
    }

    private static XElement? Sizes(DetectorResults results) => results.Sizes.Count == 0 ? null : ReportPage.Section(
        "Recall by size", "The share of objects that are detected, by their size: the root of the area of the box, in pixels of the image.",
        Tag("div", Class("scroll"), Tag("table", Class("list"),
            Tag("thead", Tag("tr", Tag("th", "size"), Head("objects"), Head("detected"), Head("recall"))),
            Tag("tbody", results.Sizes.Select(s => Tag("tr",
                Tag("td", s.To is { } to ? string.Create(CultureInfo.InvariantCulture, $"{s.From} to {to}") : string.Create(CultureInfo.InvariantCulture, $"from {s.From}")),
                ClassSection.Number("td", Count(s.Objects)), ClassSection.Number("td", Count(s.Found)), ClassSection.Bar((double)s.Found / s.Objects)))))));

    private static XElement Head(string text) => ClassSection.Number("th", text);

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Validation images with ground truth and detections, those with the most errors first.</summary>
internal static class DetectionGallery
{
    private const int Side = 330;

    public static XElement? Of(DetectorReportContent content, DetectorResults results, DetectorResults? before)
    {
        if (content.MaxImages == 0) return null;
        var earlier = before?.Images.ToDictionary(i => i.Source.Image.Id, StringComparer.Ordinal);
        var worst = results.Images.OrderByDescending(i => i.Errors).ThenBy(i => i.Source.Image.Id, StringComparer.Ordinal).Take(content.MaxImages).ToList();
        return ReportPage.Section(
            "Validation images", $"The {worst.Count} with the most errors, of {results.Images.Count.ToString(CultureInfo.InvariantCulture)}. Left the ground truth, right the detections"
            + string.Create(CultureInfo.InvariantCulture, $" at the confidence threshold {content.Confidence}{(before is null ? "" : ", in the middle those before training")}.")
            + " An error at a clearly visible object is often a missing label in the data set.",
            worst.AsParallel().AsOrdered().Select(image => Card(content.Labels, image, earlier?.GetValueOrDefault(image.Source.Image.Id))).ToList());
    }

    private static XElement Card(IReadOnlyList<string> labels, ImageMatches image, ImageMatches? before)
    {
        var annotated = image.Source.Image;
        var name = Path.GetFileName(annotated.Path);
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{annotated.Boxes.Count(b => !b.Ignored)} objects, {image.FalseNegatives} missed, {image.FalsePositives} false positives");
        return Tag("figure", Class("detections"),
            Drawings(labels, image, before) is { } drawings ? drawings.Select(d => Tag("img", Attribute("alt", name), Attribute("src", d))) : Tag("div", Class("gone"), "cannot be read"),
            Tag("figcaption", Tag("span", text), Tag("span", Class("name"), Attribute("title", annotated.Path), name)));
    }

    private static List<string>? Drawings(IReadOnlyList<string> labels, ImageMatches image, ImageMatches? before)
    {
        try
        {
            using var whole = RgbImage.Load(image.Source.Image.Path);
            using var small = Thumbnails.Of(whole, Side);
            // A data set may state another size than the file has.
            var (x, y) = ((float)small.Width / image.Source.Image.Width, (float)small.Height / image.Source.Image.Height);
            var truths = image.Source.Image.Boxes.Select(b => new MlNetVision.Detection.Detection(b.Label, Index(b.Label), 1, Scaled(b.Box, x, y)));
            var options = new DetectionPaintOptions { ClassCount = labels.Count, ShowScores = false };
            var drawings = new List<string> { Draw(small, truths, options) };
            foreach (var found in before is null ? [image] : new[] { before, image })
                drawings.Add(Draw(small, found.Shown.Select(d => d with { ClassIndex = Index(d.Label), Box = Scaled(d.Box, x, y) }), options with { ShowScores = true }));
            return drawings;
        }
        catch (BadImageException)
        {
            return null;
        }

        int Index(string label) => Math.Max(0, labels.Index().FirstOrDefault(l => l.Item == label).Index);
    }

    private static BoundingBox Scaled(BoundingBox box, float x, float y) => new(box.Left * x, box.Top * y, box.Right * x, box.Bottom * y);

    private static string Draw(RgbImage image, IEnumerable<MlNetVision.Detection.Detection> boxes, DetectionPaintOptions options)
    {
        using var drawn = DetectionPainter.Draw(image, [.. boxes], options);
        return DataUri.Of(drawn, MlNetVision.Imaging.ImageFormat.Jpeg);
    }
}
