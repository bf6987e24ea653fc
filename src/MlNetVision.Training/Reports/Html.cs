using System.Text;
using System.Xml;
using System.Xml.Linq;
using MlNetVision.Imaging;

namespace MlNetVision.Training;

/// <summary>
/// Builds HTML as an XML tree, so that it is well-formed and every text escaped by construction.
/// </summary>
internal static class Html
{
    private static readonly HashSet<string> Void = ["meta", "img", "br", "hr", "polyline", "line", "rect", "circle", "path"];

    /// <summary>An element; strings become text, attributes and elements what they are, sequences their items.</summary>
    public static XElement Tag(string name, params object?[] content)
    {
        var element = new XElement(name, content.Select(Clean));
        // Only void elements may close themselves in HTML; an empty text keeps others from it.
        if (element.IsEmpty && !Void.Contains(name)) element.Add("");
        return element;
    }

    /// <summary>An attribute.</summary>
    public static XAttribute Attribute(string name, string value) => new(name, Text(value));

    /// <summary>The class attribute.</summary>
    public static XAttribute Class(string names) => new("class", names);

    /// <summary>The page's text. <paramref name="root"/> is its <c>html</c> element.</summary>
    public static string Document(XElement root)
    {
        var text = new StringBuilder("<!DOCTYPE html>\n");
        using (var writer = XmlWriter.Create(text,
            new XmlWriterSettings { OmitXmlDeclaration = true, ConformanceLevel = ConformanceLevel.Fragment })) root.WriteTo(writer);
        return text.Append('\n').ToString();
    }

    private static object? Clean(object? content) => content switch
    {
        string text => Text(text),
        IEnumerable<string> texts => texts.Select(Text),
        _ => content,
    };

    /// <summary>A text without what XML cannot hold: control characters and half surrogate pairs become U+FFFD.</summary>
    private static string Text(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var allowed = rune.Value is '\t' or '\n' or '\r' or (>= 0x20 and <= 0xD7FF) or (>= 0xE000 and <= 0xFFFD) or >= 0x10000;
            clean.Append(allowed ? rune.ToString() : "\uFFFD");
        }
        return clean.ToString();
    }
}

/// <summary>Images within a page (RFC 2397).</summary>
internal static class DataUri
{
    private const int Quality = 80;

    public static string Of(RgbImage image, ImageFormat format)
    {
        var kind = format == ImageFormat.Png ? "png" : format == ImageFormat.Webp ? "webp" : "jpeg";
        return $"data:image/{kind};base64,{Convert.ToBase64String(image.Encode(format, Quality))}";
    }
}
