using System.Globalization;
using System.Xml.Linq;
using MlNetVision.Files;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training.Detection;

/// <summary>Shows anchors beside the boxes of a data set as an HTML page, one file that refers to nothing outside it.</summary>
public static class AnchorPage
{
    /// <summary>More boxes than these make the page heavy; an even choice of them is drawn.</summary>
    private const int MostBoxes = 5000;

    private const int Side = 560;
    private const int Margin = 50;

    private static readonly int[] Steps = [1, 2, 5, 10];

    private const string Style = """
        :root{--ink:#1c1e21;--paper:#fff;--grid:#d7dae0;--boxes:#5b7db1;--found:#c0392b;--own:#2e8b57}
        @media(prefers-color-scheme:dark){:root{--ink:#e6e8ea;--paper:#17191c;--grid:#3a3f46;--boxes:#7fa3dc;--found:#ff7b6b;--own:#63c98b}}
        body{background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:46rem;padding:0 1rem}
        svg{width:100%;height:auto;font-size:12px}svg text{fill:var(--ink)}table{border-collapse:collapse}td,th{padding:.2rem .8rem;text-align:right;border-bottom:1px solid var(--grid)}
        .found{color:var(--found)}.own{color:var(--own)}
        """;

    /// <summary>Writes the page atomically.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">The heading, such as the data set's name.</param>
    /// <param name="sizes">The sizes of the objects, in pixels of the network's input; one or more.</param>
    /// <param name="found">The anchors that were found for them, likewise.</param>
    /// <param name="own">The anchors that the network has; empty: not shown.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, string title, IReadOnlyList<BoxSize> sizes, IReadOnlyList<BoxSize> found, IReadOnlyList<BoxSize> own)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentNullException.ThrowIfNull(sizes);
        ArgumentNullException.ThrowIfNull(found);
        ArgumentNullException.ThrowIfNull(own);
        AtomicFile.WriteText(path, Document(Tag("html", Attribute("lang", "en"),
            Tag("head", Tag("meta", Attribute("charset", "utf-8")), Tag("meta", Attribute("name", "viewport"), Attribute("content", "width=device-width")),
                Tag("title", $"{title} – anchors"), Tag("style", Style)),
            Tag("body", Tag("h1", title), Tag("p", Invariant($"{sizes.Count} boxes by width and height in pixels of the network's input, with anchors as rectangles.")),
                Plot(sizes, found, own), Table("found", "Anchors found by k-means", sizes, found), own.Count == 0 ? null : Table("own", "Anchors of the network", sizes, own)))));
    }

    private static XElement Plot(IReadOnlyList<BoxSize> sizes, IReadOnlyList<BoxSize> found, IReadOnlyList<BoxSize> own)
    {
        var most = sizes.Concat(found).Concat(own).Max(s => Math.Max(s.Width, s.Height)) * 1.05;
        double At(double value) => value / most * Side;
        var step = Step(most);
        var lines = Enumerable.Range(0, (int)(most / step) + 1).Select(i => i * step).SelectMany(v => new object[]
        {
            Line(At(v), 0, At(v), Side), Line(0, At(v), Side, At(v)),
            Label(At(v), Side + 18, "middle", v), Label(-8, At(v) + 4, "end", v),
        });
        var every = Math.Max(1, sizes.Count / MostBoxes);
        var dots = sizes.Where((_, i) => i % every == 0).Select(s => Tag("circle",
            Attribute("cx", Number(At(s.Width))), Attribute("cy", Number(At(s.Height))), Attribute("r", "2"), Attribute("style", "fill:var(--boxes);opacity:.35")));
        return Tag("svg", Attribute("viewBox", Invariant($"{-Margin} -10 {Side + Margin + 20} {Side + Margin}")), Attribute("role", "img"), Attribute("aria-label", "boxes and anchors"),
            lines, dots, own.Select(a => Rectangle(a, "var(--own)", "6 5")), found.Select(a => Rectangle(a, "var(--found)", "none")),
            Tag("text", Attribute("x", Number(Side / 2.0)), Attribute("y", Number(Side + 34)), Attribute("text-anchor", "middle"), "width"),
            Tag("text", Attribute("transform", Invariant($"translate(-38 {Side / 2}) rotate(-90)")), Attribute("text-anchor", "middle"), "height"));

        XElement Rectangle(BoxSize anchor, string color, string dash) => Tag("rect", Attribute("width", Number(At(anchor.Width))), Attribute("height", Number(At(anchor.Height))),
            Attribute("style", $"fill:none;stroke:{color};stroke-width:2"), Attribute("stroke-dasharray", dash));
    }

    private static XElement[] Table(string kind, string heading, IReadOnlyList<BoxSize> sizes, IReadOnlyList<BoxSize> anchors)
    {
        var fit = AnchorClustering.Fit(sizes, anchors);
        return
        [
            Tag("h2", Class(kind), heading),
            Tag("p", Invariant($"Mean IoU with the boxes {fit.MeanIoU:0.000}; {100 * fit.Recall50:0.0} % of the boxes have an IoU above 0.5.")),
            Tag("table", Tag("tr", Tag("th", "width"), Tag("th", "height"), Tag("th", "boxes")),
                anchors.Zip(fit.Objects).Select(a => Tag("tr", Tag("td", Invariant($"{a.First.Width:0.0}")), Tag("td", Invariant($"{a.First.Height:0.0}")), Tag("td", Invariant($"{a.Second}"))))),
        ];
    }

    /// <summary>A step of 1, 2 or 5 times a power of ten, for about six lines.</summary>
    private static double Step(double most)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(most / 6)));
        return power * Steps.First(f => f * power >= most / 6);
    }

    private static XElement Line(double x1, double y1, double x2, double y2) => Tag("line",
        Attribute("x1", Number(x1)), Attribute("y1", Number(y1)), Attribute("x2", Number(x2)), Attribute("y2", Number(y2)), Attribute("style", "stroke:var(--grid)"));

    private static XElement Label(double x, double y, string anchor, double value) =>
        Tag("text", Attribute("x", Number(x)), Attribute("y", Number(y)), Attribute("text-anchor", anchor), Number(value));

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
