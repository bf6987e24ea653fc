using System.Globalization;
using System.Xml.Linq;
using MlNetVision.Classification;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>The figures of every class.</summary>
internal static class ClassSection
{
    public static XElement Of(ClassificationEvaluation evaluation, IReadOnlyList<RocCurve> curves) => ReportPage.Section(
        "Classes", "Precision: of the images given the class, the part that is of it. Recall: of the class's images, the part that was found. F1: their harmonic mean. AUC: how often an image of the class has a higher score for it than one of another.",
        Tag("div", Class("scroll"), Tag("table", Class("list"),
            Tag("thead", Tag("tr", Tag("th", "class"), Number("th", "images"), Number("th", "precision"), Number("th", "recall"), Number("th", "F1"), Number("th", "AUC"))),
            Tag("tbody", evaluation.PerClass.Select(c => Row(c, curves[c.Index]))))));

    private static XElement Row(ClassificationClassEvaluation c, RocCurve curve) => Tag("tr",
        Tag("td", c.Label), Number("td", c.Support.ToString(CultureInfo.InvariantCulture)),
        Bar(c.Precision), Bar(c.Recall), Bar(c.F1), Number("td", ReportPage.Figure(curve.Area, "0.0000")));

    private static XElement Number(string tag, string text) => Tag(tag, Class("number"), text);

    /// <summary>A part of 1, as a figure on a bar of that length.</summary>
    private static XElement Bar(double? part) => Tag(
        "td", Class("number bar"), Attribute("style", $"--part:{(100 * (part ?? 0)).ToString("0.#", CultureInfo.InvariantCulture)}%"), ReportPage.Figure(part, "0.000"));
}
