using System.Text.RegularExpressions;
using System.Xml.Linq;
using OxyPlot;

namespace MlNetVision.Training;

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
    public static XElement Draw(PlotModel model, string id, string caption)
    {
        var text = new SvgExporter { Width = Width, Height = Height, IsDocument = false }.ExportToString(model);
        var svg = WithoutNamespaces(XElement.Parse(text), id);
        svg.ReplaceAttributes(new XAttribute("viewBox", $"0 0 {Width} {Height}"), new XAttribute("role", "img"), Html.Attribute("aria-label", caption));
        return Html.Tag("figure", Html.Tag("figcaption", caption), svg);
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
