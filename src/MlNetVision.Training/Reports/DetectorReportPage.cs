using System.Globalization;
using System.Xml.Linq;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Training.Detection;
using OxyPlot.Axes;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>The page of a detector's report.</summary>
internal static class DetectorReportPage
{
    private const string Map50 = "mAP@.5", Map = "mAP@[.5:.95]";

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
                DetectorClassSection.Of(results), before is null ? null : DetectorClassSection.Change(results.Evaluation, before.Evaluation),
                ThresholdSection.PrecisionRecall(results.Evaluation), ThresholdSection.Of(results), Confusion(results),
                DetectorSizeSection.Of(content.Labels, results), DetectionGallery.Of(content, results, before),
            });

    private static XElement Header(DetectorReportContent content, DetectorResults? results, DetectorResults? before)
    {
        var tiles = new List<XElement>();
        if (results is not null)
        {
            var evaluation = results.Evaluation;
            tiles.Add(ReportPage.Tile(Map50, ReportPage.Metric(evaluation.Map50, "0.000")));
            if (before is not null) tiles.Add(ReportPage.Tile($"{Map50} before", ReportPage.Metric(before.Evaluation.Map50, "0.000")));
            tiles.Add(ReportPage.Tile(Map, ReportPage.Metric(evaluation.Map, "0.000")));
            if (results.Mean?.Best is { } best)
            {
                tiles.Add(ReportPage.Tile("highest mean F1", ReportPage.Metric(best.F1, "0.000")));
                tiles.Add(ReportPage.Tile("its confidence threshold", ReportPage.Metric(best.Confidence, "0.000")));
            }
            tiles.Add(ReportPage.Tile("validation images", Count(evaluation.Images)));
            tiles.Add(ReportPage.Tile("objects in them", Count(evaluation.Counts.Truth)));
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
        var terms = Terms.Where(t => content.Epochs.Any(e => IsDrawn(t.Value(e.Losses)))).ToList();
        var numbers = content.Epochs.Select(e => e.Epoch).ToList();
        var loss = CurvePlots.Epochs(numbers, content.ModelEpoch, new LogarithmicAxis());
        foreach (var (i, term) in terms.Index())
            CurvePlots.Add(loss, i, content.Epochs.Select(e => (e.Epoch, IsDrawn(term.Value(e.Losses)) ? (double?)term.Value(e.Losses) : null)));
        var model = content.ModelEpoch is > 0 and { } epoch ? FormattableString.Invariant($" The model has the weights of epoch {epoch}.") : "";
        var evaluated = content.Epochs.Where(e => e.Map50 is not null).ToList();
        return ReportPage.Section(
            "Epochs", $"Losses are sums over an image, averaged over the images of an epoch while the weights change.{model}",
            Tag("div", Class("plots"),
                terms.Count == 0 ? null : SvgPlot.Draw(loss, "loss", "Loss by term, logarithmic", terms.Select(t => t.Name)),
                evaluated.Count == 0 ? null : Precision(numbers, content.ModelEpoch, evaluated)));
    }

    /// <summary>A logarithm has neither zero nor what is not finite.</summary>
    private static bool IsDrawn(double loss) => loss > 0 && double.IsFinite(loss);

    private static XElement Precision(List<int> numbers, int? modelEpoch, List<DetectorEpoch> evaluated)
    {
        var plot = CurvePlots.Epochs(numbers, modelEpoch, new LinearAxis { Minimum = 0, Maximum = 1.01 });
        CurvePlots.Add(plot, 0, evaluated.Select(e => (e.Epoch, e.Map50)));
        CurvePlots.Add(plot, 1, evaluated.Select(e => (e.Epoch, e.Map)));
        return SvgPlot.Draw(plot, "map", "Mean average precision on the validation images", [Map50, Map]);
    }

    private static XElement Confusion(DetectorResults results) => ConfusionSection.Of(
        results.Confusion,
        string.Create(CultureInfo.InvariantCulture, $" Objects and detections of the confidence threshold {results.Confidence}, at IoU 0.5. ")
        + $"The row {DetectionMatches.Background} has detections of nothing, the column {DetectionMatches.Background} objects that were missed.", "objects");

    private static string Count(int number) => number.ToString(CultureInfo.InvariantCulture);
}
