using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;

namespace MlNetVision.Training;

/// <summary>
/// The plots of a report. The vertical axis is named above each: OxyPlot does not know the width of text in the page's font, and its own
/// title would overlap numbers.
/// </summary>
internal static class CurvePlots
{
    /// <summary>Markers are drawn for so many epochs at most.</summary>
    private const int MostMarkers = 40;

    public static XElement Loss(TrainingReportContent content)
    {
        var model = Epochs(Numbers(content), content.ModelEpoch, new LinearAxis { Minimum = 0, MaximumPadding = 0.06 });
        Add(model, 0, content.Epochs.Select(e => (e.Epoch, (double?)e.TrainLoss)));
        Add(model, 1, content.Epochs.Select(e => (e.Epoch, (double?)e.ValidationLoss)));
        return SvgPlot.Draw(model, "loss", "Loss");
    }

    public static XElement Accuracy(TrainingReportContent content)
    {
        var least = content.Epochs.Select(e => Math.Min(e.TrainAccuracy, e.ValidationAccuracy ?? 1)).Where(float.IsFinite).DefaultIfEmpty(0).Min();
        var model = Epochs(Numbers(content), content.ModelEpoch, new LinearAxis { Minimum = Math.Min(90, Math.Floor(least * 10) * 10), Maximum = 100.5 });
        Add(model, 0, content.Epochs.Select(e => (e.Epoch, (double?)(e.TrainAccuracy * 100))));
        Add(model, 1, content.Epochs.Select(e => (e.Epoch, (double?)(e.ValidationAccuracy * 100))));
        return SvgPlot.Draw(model, "accuracy", "Accuracy, %");
    }

    /// <summary>Curves in the colours 0, 1, … for the first ones, and pale for the rest, which are drawn below.</summary>
    public static XElement Roc(IReadOnlyList<RocCurve> coloured, IReadOnlyList<RocCurve> pale)
    {
        var model = Plot(new LinearAxis { Minimum = -0.01, Maximum = 1, Title = "false positive rate" },
            new LinearAxis { Minimum = 0, Maximum = 1.01 });
        model.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.LinearEquation, Slope = 1, Color = SvgPlot.Grid,
            LineStyle = LineStyle.Dash, Layer = AnnotationLayer.BelowSeries });
        foreach (var curve in pale) model.Series.Add(Line(curve, SvgPlot.Grid, 1));
        foreach (var (i, curve) in coloured.Index()) model.Series.Add(Line(curve, SvgPlot.Series(i), 2));
        return SvgPlot.Draw(model, "roc", "True positive rate");
    }

    private static LineSeries Line(RocCurve curve, OxyColor color, double thickness)
    {
        var line = new LineSeries { Color = color, StrokeThickness = thickness, LineJoin = LineJoin.Round };
        line.Points.AddRange(curve.Points.Select(p => new DataPoint(p.FalsePositiveRate, p.TruePositiveRate)));
        return line;
    }

    private static List<int> Numbers(TrainingReportContent content) => [.. content.Epochs.Select(e => e.Epoch)];

    /// <summary>A plot over epochs, with a line at that of the model.</summary>
    public static PlotModel Epochs(IReadOnlyList<int> epochs, int? modelEpoch, Axis vertical)
    {
        var (first, last) = (epochs.Min(), epochs.Max());
        // Room beside the first and last point for their markers.
        var room = Math.Max(0.25, (last - first) * 0.02);
        var model = Plot(new LinearAxis { Minimum = first - room, Maximum = last + room, MinimumMajorStep = 1, Title = "epoch" }, vertical);
        if (modelEpoch is > 0 and { } epoch && first < last)
            model.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Vertical, X = epoch, Color = SvgPlot.Ink, LineStyle = LineStyle.Dot,
                StrokeThickness = 1 });
        return model;
    }

    /// <summary>Adds a line over epochs.</summary>
    /// <param name="model">The plot.</param>
    /// <param name="color">The number of its colour.</param>
    /// <param name="values">The values; what is null or not finite interrupts the line.</param>
    public static void Add(PlotModel model, int color, IEnumerable<(int Epoch, double? Value)> values)
    {
        var line = new LineSeries { Color = SvgPlot.Series(color), StrokeThickness = 2, LineJoin = LineJoin.Round };
        line.Points.AddRange(values.Select(v => new DataPoint(v.Epoch, v.Value is { } number && double.IsFinite(number) ? number : double.NaN)));
        if (line.Points.Count <= MostMarkers) (line.MarkerType, line.MarkerSize, line.MarkerFill) = (MarkerType.Circle, 2.5, SvgPlot.Series(color));
        model.Series.Add(line);
    }

    /// <summary>An empty plot in the style of the page.</summary>
    public static PlotModel Plot(Axis horizontal, Axis vertical)
    {
        var model = new PlotModel { Culture = CultureInfo.InvariantCulture, TextColor = SvgPlot.Ink, PlotAreaBorderThickness = new(0),
            Padding = new(20, 6, 8, 4), DefaultFontSize = 13 };
        (horizontal.Position, vertical.Position, vertical.IntervalLength) = (AxisPosition.Bottom, AxisPosition.Left, 45);
        foreach (var axis in new[] { horizontal, vertical })
        {
            (axis.MajorGridlineStyle, axis.MajorGridlineColor, axis.TicklineColor) = (LineStyle.Solid, SvgPlot.Grid, SvgPlot.Grid);
            (axis.MinorTickSize, axis.MajorTickSize, axis.AxisTitleDistance) = (0, 4, 8);
            model.Axes.Add(axis);
        }
        return model;
    }
}

/// <summary>
/// OxyPlot's drawing as part of a page: as wide as its container, in the page's font, in colours that the page defines for light and dark.
/// OxyPlot itself writes fixed colours, and the same identifier into every drawing.
/// </summary>
internal static partial class SvgPlot
{
    private const int Width = 460;
    private const int Height = 290;

    /// <summary>Stands for the page's text colour.</summary>
    public static OxyColor Ink { get; } = OxyColor.FromRgb(1, 1, 1);

    /// <summary>Stands for the colour of lines behind the data.</summary>
    public static OxyColor Grid { get; } = OxyColor.FromRgb(1, 1, 2);

    /// <summary>Stands for the colour of one of <see cref="SeriesCount"/> series.</summary>
    public static OxyColor Series(int index) => OxyColor.FromRgb(1, 2, (byte)(index % SeriesCount));

    /// <summary>How many colours there are for series: <c>--s0</c> … in the style sheet.</summary>
    public const int SeriesCount = 8;

    /// <summary>Draws a plot as a figure with a caption.</summary>
    /// <param name="model">The plot, in the colours above.</param>
    /// <param name="id">A name that no other plot of the page has.</param>
    /// <param name="caption">What its vertical axis shows.</param>
    /// <param name="legend">The names of its colours, where the plots beside it have others; null: none.</param>
    public static XElement Draw(PlotModel model, string id, string caption, IEnumerable<string>? legend = null)
    {
        var text = new SvgExporter { Width = Width, Height = Height, IsDocument = false }.ExportToString(model);
        var svg = WithoutNamespaces(XElement.Parse(text), id);
        svg.ReplaceAttributes(new XAttribute("viewBox", $"0 0 {Width} {Height}"), new XAttribute("role", "img"),
            Html.Attribute("aria-label", caption));
        return Html.Tag("figure", Html.Tag("figcaption", caption), legend is null ? null : ReportPage.Legend(legend), svg);
    }

    private static XElement WithoutNamespaces(XElement element, string id) => Html.Tag(
        element.Name.LocalName,
        element.Attributes().Where(a => !a.IsNamespaceDeclaration && a.Name != "font-family").Select(a => Restyle(a, id)),
        element.HasElements ? element.Elements().Select(child => WithoutNamespaces(child, id)) : element.Value is { Length: > 0 } text ? text : null);

    private static XAttribute Restyle(XAttribute attribute, string id)
    {
        var value = ColorPattern().Replace(attribute.Value, Color).Replace("clipPath", $"{id}-clip", StringComparison.Ordinal);
        // CSS variables work in styles, not in attributes.
        return attribute.Name == "fill" ? new("style", $"fill:{value}") : new(attribute.Name.LocalName, value);
    }

    private static string Color(Match match) => (match.Groups[1].Value, match.Groups[2].Value) switch
    {
        ("1", "1") => "var(--ink)",
        ("1", "2") => "var(--grid)",
        (_, var index) => $"var(--s{index})",
    };

    [GeneratedRegex(@"rgb\(1,([12]),(\d+)\)")]
    private static partial Regex ColorPattern();
}
