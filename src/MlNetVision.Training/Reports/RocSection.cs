using System.Xml.Linq;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

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
            "ROC", "Each class against all others, for falling score thresholds. Closer to the upper left is better; the broken line is a random classifier."
                + (many ? $" Coloured: the {SvgPlot.SeriesCount} classes of the smallest area." : ""),
            ReportPage.Legend(coloured.Select(curve => $"{curve.Label} ({ReportPage.Metric(curve.Area, "0.0000")})")),
            Tag("div", Class("plots"), CurvePlots.Roc(coloured, [.. drawn.Except(coloured)])));
    }
}
