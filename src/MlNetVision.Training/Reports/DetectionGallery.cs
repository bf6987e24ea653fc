using System.Globalization;
using System.Xml.Linq;
using MlNetVision.Data;
using MlNetVision.Detection;
using MlNetVision.Detection.Evaluation;
using MlNetVision.Imaging;
using static MlNetVision.Training.Html;

namespace MlNetVision.Training;

/// <summary>The worst validation images with ground truth and detections.</summary>
internal static class DetectionGallery
{
    /// <summary>The longer side of a drawing.</summary>
    private const int Side = 480;

    /// <summary>Of the painter's colours, by the index of a class: blue, green and red, whose lightness differs too.</summary>
    private const int TruthColor = 2, CorrectColor = 1, IncorrectColor = 0;

    public static XElement? Of(DetectorReportContent content, DetectorResults results, DetectorResults? before)
    {
        if (content.MaxImages == 0) return null;
        if (results.Worst.Count == 0) return ReportPage.Section("Worst images", $"There is no error in {Text(results.Images.Count)} images at the confidence threshold {Text(results.Confidence)}.");
        var earlier = before?.Images.ToDictionary(i => i.Image.Id, StringComparer.Ordinal);
        var shown = results.Worst.Take(content.MaxImages).ToList();
        var which = shown.Count < results.Worst.Count ? $"The {Text(shown.Count)} with the most errors of {Text(results.Worst.Count)} with any"
            : $"All {Text(shown.Count)} with an error, the most first";
        return ReportPage.Section(
            "Worst images", $"{which}, of {Text(results.Images.Count)} images, at the confidence threshold {Text(results.Confidence)} and IoU 0.5"
            + $"{(before is null ? "" : $"; left before the training, at {Text(before.Confidence)}, right after it")}. Errors have thick lines and names. "
            + "An error at a clearly visible object is often a missing label in the data set.",
            Legend(),
            Tag("div", Class(before is null ? "detections" : "detections pairs"),
                shown.AsParallel().AsOrdered().Select(image => Card(image, earlier?.GetValueOrDefault(image.Image.Id))).ToList()));
    }

    private static XElement Legend()
    {
        (string Name, int Color)[] colors = [("ground truth; thick: missed", TruthColor), ("correct detection", CorrectColor), ("false positive", IncorrectColor)];
        return Tag("ul", Class("legend"), colors.Select(c => Tag("li", Tag("i", Attribute("style", $"background:{Css(ClassPalette.Color(c.Color))}")), c.Name)));
    }

    private static string Css(RgbColor color) => string.Create(CultureInfo.InvariantCulture, $"rgb({color.Red} {color.Green} {color.Blue})");

    private static XElement Card(ImageMatches image, ImageMatches? before)
    {
        var (name, matches) = (Path.GetFileName(image.Image.Path), image.Matches);
        var text = string.Create(CultureInfo.InvariantCulture,
            $"{image.Image.Boxes.Count(b => !b.Ignored)} objects, {matches.FalseNegatives} missed, {matches.FalsePositives} false positives");
        return Tag("figure",
            Drawings(image, before) is { } drawings ? Tag("div", drawings.Select(d => Tag("img", Attribute("alt", $"{name}: {text}"), Attribute("src", d))))
                : Tag("div", Class("gone"), "cannot be read"),
            Tag("figcaption", Tag("span", text), Tag("span", Class("name"), Attribute("title", image.Image.Path), name)));
    }

    private static List<string>? Drawings(ImageMatches image, ImageMatches? before)
    {
        try
        {
            using var whole = RgbImage.Load(image.Image.Path);
            using var small = Thumbnails.Of(whole, Side);
            return [.. (before is null ? [image] : new[] { before, image }).Select(i => Draw(small, i))];
        }
        catch (BadImageException)
        {
            return null;
        }
    }

    /// <summary>Thin boxes of what is correct below thick ones of errors, which have names.</summary>
    private static string Draw(RgbImage image, ImageMatches matches)
    {
        // A data set may state another size than the file has.
        var (x, y) = ((float)image.Width / matches.Image.Width, (float)image.Height / matches.Image.Height);
        BoundingBox Scaled(BoundingBox box) => new(box.Left * x, box.Top * y, box.Right * x, box.Bottom * y);
        MlNetVision.Detection.Detection Truth(GroundTruthBox item) => new(item.Label, TruthColor, 0, Scaled(item.Box));
        MlNetVision.Detection.Detection Found(MatchedDetection item, int color) => item.Detection with
        {
            Label = $"{item.Detection.Label} {(100 * item.Detection.Score).ToString("0", CultureInfo.InvariantCulture)}%",
            ClassIndex = color, Box = Scaled(item.Detection.Box), Mask = null, KeyPoints = null,
        };
        var (objects, found) = (matches.Matches.Objects, matches.Matches.Detections);
        using var correct = DetectionPainter.Draw(
            image,
            [.. objects.Where(o => o.IsFound || o.Object.Ignored).Select(o => Truth(o.Object)),
                .. found.Where(d => d.Outcome != MatchOutcome.FalsePositive).Select(d => Found(d, CorrectColor))],
            new() { LineWidth = 1, ShowLabels = false, ShowScores = false });
        using var all = DetectionPainter.Draw(
            correct,
            [.. objects.Where(o => o is { IsFound: false, Object.Ignored: false }).Select(o => Truth(o.Object)),
                .. found.Where(d => d.Outcome == MatchOutcome.FalsePositive).Select(d => Found(d, IncorrectColor))],
            new() { LineWidth = 3, ShowScores = false });
        return DataUri.Of(all, ImageFormat.Jpeg);
    }

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
