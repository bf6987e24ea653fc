using System.Globalization;
using System.Xml.Linq;
using MlNetVision.Files;
using MlNetVision.Training.Detection;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Series;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>Shows anchors beside the sizes of a data set's objects, as an HTML page.</summary>
public static class AnchorReport
{
    /// <summary>More points make the page large and the plot no clearer.</summary>
    private const int MostPoints = 2000;

    /// <summary>Writes one page that refers to nothing outside it: a plot for each set of anchors, with a dot per object and a rectangle per anchor.</summary>
    /// <param name="path">The <c>.html</c> file.</param>
    /// <param name="title">The heading, such as the data set's name.</param>
    /// <param name="sizes">The sizes of the objects in pixels of the network's input; at least one.</param>
    /// <param name="sets">The sets of anchors, each with its name.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string title, IReadOnlyList<BoxSize> sizes, IReadOnlyList<(string Name, DetectorAnchorSet Anchors)> sets)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(sets);
        if (sizes.Count == 0) throw new ArgumentException("There are no objects.", nameof(sizes));
        var tiles = new List<XElement> { ReportPage.Tile("objects", Text(sizes.Count)) };
        foreach (var (name, set) in sets) tiles.Add(ReportPage.Tile($"mean IoU, {name}", ReportPage.Metric(set.Fit.MeanIoU, "0.000")));
        var most = (Width: Most(s => s.Width, sizes, sets), Height: Most(s => s.Height, sizes, sets));
        AtomicFile.WriteText(path, ReportPage.Page(
            $"{title} – anchors", ReportPage.Header(title, tiles),
            ReportPage.Section(
                "Sizes of objects", "Each dot is an object, as wide and as high as the network sees it, in pixels of its input, in the colour of the anchor that "
                + "fits it best. Each rectangle is an anchor, from the lower left corner of the plot.",
                Tag("div", Class("plots"), sets.Select((s, i) => Plot($"anchors{i}", s.Name, sizes, s.Anchors.Sizes, most)))),
            sets.Select(s => Table(s.Name, s.Anchors))));
    }

    private static double Most(Func<BoxSize, float> side, IReadOnlyList<BoxSize> sizes, IReadOnlyList<(string Name, DetectorAnchorSet Anchors)> sets) =>
        sizes.Concat(sets.SelectMany(s => s.Anchors.Sizes)).Max(side) * 1.05;

    private static XElement Plot(string id, string name, IReadOnlyList<BoxSize> sizes, IReadOnlyList<BoxSize> anchors, (double Width, double Height) most)
    {
        var model = CurvePlots.Plot(
            new LinearAxis { Minimum = 0, Maximum = most.Width, Title = "width, pixels" }, new LinearAxis { Minimum = 0, Maximum = most.Height });
        for (var a = 0; a < anchors.Count; a++)
        {
            model.Annotations.Add(new RectangleAnnotation
            {
                MinimumX = 0, MaximumX = anchors[a].Width, MinimumY = 0, MaximumY = anchors[a].Height, Fill = OxyColors.Transparent,
                Stroke = SvgPlot.Series(a), StrokeThickness = 2, Layer = AnnotationLayer.AboveSeries,
            });
        }
        var step = Math.Max(1, (sizes.Count + MostPoints - 1) / MostPoints);
        foreach (var (a, dots) in sizes.Where((_, i) => i % step == 0).GroupBy(s => Nearest(s, anchors)).Select(g => (g.Key, g)).OrderBy(g => g.Key))
        {
            var series = new ScatterSeries { MarkerType = MarkerType.Square, MarkerSize = 1.2, MarkerFill = SvgPlot.Series(a), MarkerStrokeThickness = 0 };
            series.Points.AddRange(dots.Distinct().Select(d => new ScatterPoint(d.Width, d.Height)));
            model.Series.Add(series);
        }
        return SvgPlot.Draw(model, id, $"{name}: height, pixels");
    }

    private static XElement Table(string name, DetectorAnchorSet set) => ReportPage.Section(
        $"Anchors: {name}",
        $"As a .cfg has them: {string.Join(", ", set.Values.Chunk(2).Select(v => string.Create(CultureInfo.InvariantCulture, $"{v[0]},{v[1]}")))}. "
        + $"Mean IoU of an object with its best anchor: {ReportPage.Metric(set.Fit.MeanIoU, "0.000")}; above 0.5: {ReportPage.Percent(set.Fit.Recall50)} of the objects.",
        Tag("div", Class("scroll"), Tag("table", Class("list"),
            Tag("thead", Tag("tr", Tag("th", "anchor"), ClassSection.Number("th", "width"), ClassSection.Number("th", "height"))),
            Tag("tbody", set.Sizes.Select((a, i) => Tag("tr", Tag("td", Tag("i", Attribute("style", $"color:var(--s{i % SvgPlot.SeriesCount})"), "■ "), Text(i)),
                ClassSection.Number("td", Length(a.Width)), ClassSection.Number("td", Length(a.Height))))))));

    private static int Nearest(BoxSize size, IReadOnlyList<BoxSize> anchors) =>
        Enumerable.Range(0, anchors.Count).MaxBy(a => BoxSize.IoU(size, anchors[a]));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Length(float pixels) => pixels.ToString("0.0", CultureInfo.InvariantCulture);
}
