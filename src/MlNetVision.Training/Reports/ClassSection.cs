using System.Globalization;
using System.Xml.Linq;
using MlNetVision.Classification;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>The metrics of every class.</summary>
internal static class ClassSection
{
    public static XElement Of(ClassificationEvaluation evaluation, IReadOnlyList<RocCurve> curves) => ReportPage.Section(
        "Classes",
        "Precision: the part of the images predicted as the class that is correct. Recall: the part of the class's images that is predicted correctly. "
        + "F1: their harmonic mean. AUC: how often an image of the class has a higher score for it than an image of another class.",
        Tag("div", Class("scroll"), Tag("table", Class("list"),
            Tag("thead", Tag("tr", Tag("th", "class"), Number("th", "images"), Number("th", "precision"), Number("th", "recall"), Number("th", "F1"), Number("th", "AUC"))),
            Tag("tbody", evaluation.PerClass.Select(c => Row(c, curves[c.Index]))))));

    private static XElement Row(ClassificationClassEvaluation c, RocCurve curve) => Tag("tr",
        Tag("td", c.Label), Number("td", c.Support.ToString(CultureInfo.InvariantCulture)),
        Bar(c.Precision), Bar(c.Recall), Bar(c.F1), Number("td", ReportPage.Metric(curve.Area, "0.0000")));

    private static XElement Number(string tag, string text) => Tag(tag, Class("number"), text);

    /// <summary>A metric from 0 to 1 on a bar of that length.</summary>
    private static XElement Bar(double? part) => Tag(
        "td", Class("number bar"), Attribute("style", $"--part:{(100 * (part ?? 0)).ToString("0.#", CultureInfo.InvariantCulture)}%"), ReportPage.Metric(part, "0.000"));
}
