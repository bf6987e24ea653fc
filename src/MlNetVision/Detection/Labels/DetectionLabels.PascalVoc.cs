using System.Text;
using System.Xml.Linq;

namespace MlNetVision.Detection.Labels;

public static partial class DetectionLabels
{
    /// <summary>
    /// The annotation of Pascal VOC for an image. Boxes are rounded to whole pixels, counted from 1, both ends within the box; a turned box is the smallest
    /// upright one around it, with a <c>robndbox</c> (roLabelImg: centre, sides, radians clockwise) beside it.
    /// </summary>
    /// <param name="result">The detections of an image.</param>
    /// <param name="fileName">The image's file name without folders; null (default): that of the result.</param>
    public static string ToPascalVoc(DetectionResult result, string? fileName = null)
    {
        ArgumentNullException.ThrowIfNull(result);
        var annotation = new XElement("annotation",
            new XElement("filename", Clean(fileName ?? Path.GetFileName(result.Image))),
            new XElement("size", new XElement("width", result.Width), new XElement("height", result.Height), new XElement("depth", 3)),
            Within(result).Select(found => new XElement("object",
                new XElement("name", Clean(found.Label)),
                new XElement("difficult", 0),
                Pixels(HullOf(found, result), result),
                found.Angle is { } angle ? Turned(found.Box, angle) : null)));
        return annotation + "\n";
    }

    private static XElement Pixels(BoundingBox box, DetectionResult image)
    {
        var (left, right) = Side(box.Left, box.Right, image.Width);
        var (top, bottom) = Side(box.Top, box.Bottom, image.Height);
        return new XElement("bndbox",
            new XElement("xmin", left), new XElement("ymin", top), new XElement("xmax", right), new XElement("ymax", bottom));
    }

    /// <summary>The first and the last pixel, at least one.</summary>
    private static (int First, int Last) Side(float from, float to, int size)
    {
        var first = Math.Clamp((int)MathF.Round(from) + 1, 1, size);
        return (first, Math.Clamp((int)MathF.Round(to), first, size));
    }

    private static XElement Turned(BoundingBox box, float angle) => new("robndbox",
        new XElement("cx", (box.Left + box.Right) / 2), new XElement("cy", (box.Top + box.Bottom) / 2),
        new XElement("w", box.Width), new XElement("h", box.Height), new XElement("angle", angle));

    /// <summary>A text without the control characters that XML does not have.</summary>
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes()) clean.Append(rune.Value is '\t' or '\n' or '\r' or >= ' ' and not (0xFFFE or 0xFFFF) ? rune.ToString() : "?");
        return clean.ToString();
    }
}
