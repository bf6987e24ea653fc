using System.Globalization;
using System.Xml.Linq;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>The page of a report.</summary>
internal static class ReportPage
{
    public static string Of(TrainingReportContent content, IReadOnlyList<RocCurve> curves) => Page(
        $"{content.Title} – training report", Header(content), Warnings(content.Warnings), Settings(content.Settings), Epochs(content), Validation(content, curves));

    /// <summary>A page that refers to nothing outside it.</summary>
    public static string Page(string title, params object?[] content) => Document(Tag("html", Attribute("lang", "en"),
        Tag("head",
            Tag("meta", Attribute("charset", "utf-8")),
            Tag("meta", Attribute("name", "viewport"), Attribute("content", "width=device-width, initial-scale=1")),
            Tag("meta", Attribute("name", "color-scheme"), Attribute("content", "light dark")),
            Tag("title", title),
            Tag("style", Style())),
        Tag("body", Tag("main", content))));

    /// <summary>A section with a heading and a line that explains it.</summary>
    public static XElement Section(string heading, string explanation, params object?[] content) =>
        Tag("section", Tag("h2", heading), Tag("p", Class("note"), explanation), content);

    /// <summary>A part of 1 in percent, with one decimal; a dash where it is not defined.</summary>
    public static string Percent(double? part) => part is { } value ? (value * 100).ToString("0.0", CultureInfo.InvariantCulture) + "\u00A0%" : "–";

    /// <summary>A metric in a given format; a dash where it is not defined.</summary>
    public static string Metric(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "–";

    private static object?[] Validation(TrainingReportContent content, IReadOnlyList<RocCurve> curves) => content.Evaluation is { } evaluation
        ? [ConfusionSection.Of(evaluation.Confusion), ClassSection.Of(evaluation, curves), RocSection.Of(curves),
            MisclassificationSection.Of(evaluation, content.MaxMisclassified)]
        : [Tag("p", Class("note"), "There were no validation images, so there are no metrics on unseen images.")];

    private static XElement Header(TrainingReportContent content)
    {
        var tiles = new List<XElement>();
        if (content.Evaluation is { } evaluation)
        {
            tiles.Add(Tile("accuracy", Percent(evaluation.Accuracy)));
            tiles.Add(Tile("macro F1", Metric(evaluation.MacroF1, "0.000")));
            tiles.Add(Tile("log-loss", Metric(evaluation.LogLoss, "0.000")));
            if (evaluation.Labels.Count > 5) tiles.Add(Tile("top-5 accuracy", Percent(evaluation.TopFive)));
            tiles.Add(Tile("expected calibration error", Metric(evaluation.ExpectedCalibrationError, "0.000")));
            tiles.Add(Tile("validation images", evaluation.Cases.Count.ToString(CultureInfo.InvariantCulture)));
        }
        if (content.Epochs is [.., var last])
        {
            tiles.Add(Tile("epochs", last.Epoch.ToString(CultureInfo.InvariantCulture)));
            tiles.Add(Tile("seconds per epoch", Metric(content.Epochs.Average(e => e.Seconds), "0.##")));
        }
        return Header(content.Title, tiles);
    }

    /// <summary>A heading with the most important figures.</summary>
    public static XElement Header(string title, IEnumerable<XElement> tiles) => Tag("header", Tag("h1", title), Tag("div", Class("tiles"), tiles));

    /// <summary>One of those figures.</summary>
    public static XElement Tile(string name, string value) => Tag("div", Tag("b", value), Tag("span", name));

    /// <summary>The warnings, if any.</summary>
    public static XElement? Warnings(IReadOnlyList<string> warnings) => warnings.Count == 0 ? null
        : Tag("section", Class("warnings"), Tag("h2", "Warnings"), Tag("ul", warnings.Select(warning => Tag("li", warning))));

    /// <summary>The settings, if any.</summary>
    public static XElement? Settings(IReadOnlyList<KeyValuePair<string, string>> settings) => settings.Count == 0 ? null
        : Tag("section", Tag("h2", "Settings"),
            Tag("dl", settings.Select(setting => Tag("div", Tag("dt", setting.Key), Tag("dd", setting.Value)))));

    private static XElement? Epochs(TrainingReportContent content)
    {
        if (content.Epochs.Count == 0) return null;
        var validated = content.Epochs.Any(e => e.ValidationLoss is not null || e.ValidationAccuracy is not null);
        var model = content.ModelEpoch is { } epoch ? FormattableString.Invariant($" The model has the weights of epoch {epoch}.") : "";
        return Section(
            "Epochs", "Training metrics are averages over the epoch, while the weights change"
                + $"{(validated ? "; validation metrics are taken after it" : "")}.{model}",
            Legend(validated ? ["training", "validation"] : ["training"]),
            Tag("div", Class("plots"), CurvePlots.Loss(content), CurvePlots.Accuracy(content)));
    }

    /// <summary>The names of the first series' colours.</summary>
    public static XElement Legend(IEnumerable<string> names) =>
        Tag("ul", Class("legend"), names.Select((name, i) => Tag("li", Tag("i", Attribute("style", $"background:var(--s{i})")), name)));

    private static string Style()
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
