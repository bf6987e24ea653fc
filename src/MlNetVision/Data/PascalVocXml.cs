using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace MlNetVision.Data;

/// <summary>
/// One annotation file of Pascal VOC (the development kit's <c>Annotations/*.xml</c>), also as LabelImg, roLabelImg, CVAT and others write it.
/// Elements are known by their names, whatever their namespace.
/// </summary>
internal sealed partial class PascalVocXml
{
    private const int MaxBytes = 16 << 20;
    private const int MaxDepth = 32;
    private readonly string _path;
    private readonly XElement _root;

    private PascalVocXml(string path, XElement root)
    {
        (_path, _root) = (path, root);
        if (_root.Name.LocalName != "annotation") throw Bad(_root, $"the root element is <{_root.Name.LocalName}>; <annotation> was expected");
    }

    /// <exception cref="BadDataSetException">The file is too large, in an unknown encoding, not well-formed XML, or uses entities of its own.</exception>
    public static PascalVocXml Load(string path)
    {
        var settings = new XmlReaderSettings
        {
            // A document type is passed over: neither entity expansion nor external files.
            DtdProcessing = DtdProcessing.Ignore,
            XmlResolver = null,
            MaxCharactersInDocument = MaxBytes,
        };
        try
        {
            var text = Mended(XmlText.Read(path, MaxBytes));
            RequireFlat(path, text, settings);
            using var reader = XmlReader.Create(new StringReader(text), settings);
            return new(path, XDocument.Load(reader, LoadOptions.SetLineInfo).Root!);
        }
        catch (XmlException e)
        {
            throw new BadDataSetException($"{path}({e.LineNumber}): is not a Pascal VOC annotation: {e.Message}", e);
        }
    }

    /// <summary>
    /// The text without its declaration, which has been obeyed and may stand behind blank lines or say version 1.1; without control characters, which XML
    /// does not have; and with an entity for a lone ampersand (<c>R&amp;D</c>).
    /// </summary>
    private static string Mended(string text) => LoneAmpersand().Replace(Control().Replace(Declaration().Replace(text, "$1", 1), ""), "&amp;");

    [GeneratedRegex(@"[\x00-\x08\x0B\x0C\x0E-\x1F]")]
    private static partial Regex Control();

    [GeneratedRegex(@"^(\s*)<\?xml\s[^>]*\?>")]
    private static partial Regex Declaration();

    [GeneratedRegex(@"&(?!#?\w{1,32};)")]
    private static partial Regex LoneAmpersand();

    // XDocument walks up to the root for each element that it adds: deep nesting takes quadratic time.
    private static void RequireFlat(string path, string text, XmlReaderSettings settings)
    {
        using var reader = XmlReader.Create(new StringReader(text), settings);
        while (reader.Read())
        {
            if (reader.Depth > MaxDepth)
            {
                var line = ((IXmlLineInfo)reader).LineNumber;
                throw new BadDataSetException(
                    $"{path}({line}): elements are nested more than {MaxDepth} deep; a Pascal VOC annotation was expected.");
            }
        }
    }

    /// <summary>The image's file name without folders; <see langword="null"/> where the file has none.</summary>
    public string? FileName => Child(_root, "filename") is { HasElements: false } element
        && Path.GetFileName(element.Value.Trim().Replace('\\', '/')) is { Length: > 0 } name && !XmlText.IsDamaged(name) ? name : null;

    /// <summary>The image's size in whole pixels; <see langword="null"/> where it is missing, 0, empty or no number, as some programs write it.</summary>
    public (int Width, int Height)? Size => Child(_root, "size") is { } size ? StatedSize.Of(Side(size, "width"), Side(size, "height")) : null;

    /// <summary>The annotated objects.</summary>
    /// <param name="report">Receives what is odd about them.</param>
    /// <param name="shapes">Whether turned boxes are kept.</param>
    public IEnumerable<LabelledBox> Objects(DataSetReport report, bool shapes = false)
    {
        foreach (var item in Children(_root, "object"))
        {
            var label = Text(Required(item, "name"));
            if (label.Length == 0) throw Bad(item, "the <name> of an <object> is empty");
            if (XmlText.IsDamaged(label))
                throw Bad(item, $"the <name> '{label}' is not UTF-8, and the file declares no other encoding");
            var box = new LabelledBox(Where(item), label, Corners(item, report))
            {
                Difficult = IsDifficult(item, report),
                Shape = shapes && Child(item, "robndbox") is { } turned && CornersOf(turned) is var corners && Array.TrueForAll(corners, double.IsFinite)
                    ? new([corners])
                    : null,
            };
            if (!box.Corners.AreFinite) throw new BadDataSetException($"{GroundTruthBoxes.Describe(box, box.Corners)} has a coordinate that is not finite.");
            yield return box;
        }
    }

    /// <summary>The box of an object: <c>bndbox</c>, else the smallest box around a rotated one or a polygon.</summary>
    private BoxCorners Corners(XElement item, DataSetReport report)
    {
        if (Child(item, "bndbox") is { } box)
        {
            // Pixels are counted from 1 and both ends belong to the box (VOC development kit, section 3.2):
            // (1, 1, width, height) is the whole image.
            var (left, right) = InOrder(Number(box, "xmin"), Number(box, "xmax"));
            var (top, bottom) = InOrder(Number(box, "ymin"), Number(box, "ymax"));
            return new(left, top, right, bottom);
        }
        if (Child(item, "robndbox") is { } rotated)
        {
            report.WarnOnce("rotated", $"{Where(rotated)}: is a rotated box; the smallest upright box around it is taken");
            return BoxCorners.Around(CornersOf(rotated))!.Value;
        }
        if (Child(item, "polygon") is { } polygon && BoxCorners.Around(Points(polygon)) is { } hull)
        {
            report.WarnOnce("polygon", $"{Where(polygon)}: is a polygon; the smallest box around it is taken");
            return hull;
        }
        throw Bad(item, "<object> has no <bndbox>, <robndbox> or <polygon>");
    }

    /// <summary>The corners of roLabelImg's box: its centre, its sides, and the angle in radians that it is turned by clockwise.</summary>
    private double[] CornersOf(XElement box)
    {
        var (x, y) = (Number(box, "cx"), Number(box, "cy"));
        var (sin, cos) = Math.SinCos(Number(box, "angle"));
        var (width, height) = (Number(box, "w") / 2, Number(box, "h") / 2);
        var corners = new double[8];
        foreach (var (i, (right, down)) in new[] { (-width, -height), (width, -height), (width, height), (-width, height) }.Index())
            (corners[2 * i], corners[2 * i + 1]) = (x + right * cos - down * sin, y + right * sin + down * cos);
        return corners;
    }

    /// <summary>The points of a polygon: <c>x1 y1 x2 y2 …</c> (Roboflow), or <c>pt</c> or <c>point</c> elements with <c>x</c> and <c>y</c>.</summary>
    private double[] Points(XElement polygon)
    {
        var points = new List<double>();
        foreach (var point in polygon.Elements().Where(e => e.Name.LocalName is "pt" or "point")) points.AddRange([Number(point, "x"), Number(point, "y")]);
        for (var i = 1; points.Count == 0 || i > 1; i++)
        {
            var (x, y) = (FormattableString.Invariant($"x{i}"), FormattableString.Invariant($"y{i}"));
            if (Child(polygon, x) is null || Child(polygon, y) is null) break;
            points.AddRange([Number(polygon, x), Number(polygon, y)]);
        }
        return [.. points];
    }

    /// <summary>Programs write 0 and 1, words, or nothing.</summary>
    private bool IsDifficult(XElement item, DataSetReport report)
    {
        if (Child(item, "difficult") is not { } element) return false;
        var text = element.HasElements ? "elements" : element.Value.Trim();
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number != 0 && double.IsFinite(number);
        if (text.ToUpperInvariant() is "TRUE" or "YES") return true;
        if (text.ToUpperInvariant() is not ("" or "FALSE" or "NO" or "UNSPECIFIED" or "NONE"))
            report.WarnOnce("difficult", $"{Where(element)}: <difficult> holds '{text}', which is neither yes nor no; it is taken as 0");
        return false;
    }

    // The first pixel's outer edge is subtracted from the smaller end, which swapped corners have last.
    private static (double First, double Last) InOrder(double first, double last) => first <= last ? (first - 1, last) : (first, last - 1);

    private static double? Side(XElement size, string name) =>
        Child(size, name) is { HasElements: false } element && double.TryParse(element.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;

    private double Number(XElement parent, string name)
    {
        var element = Required(parent, name);
        var text = Text(element);
        // A decimal comma comes from programs that write in their user's language.
        return double.TryParse(text.Contains('.') ? text : text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Bad(element, $"<{name}> holds '{text}'; a number was expected");
    }

    private static IEnumerable<XElement> Children(XElement parent, string name) =>
        parent.Elements().Where(e => e.Name.LocalName.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static XElement? Child(XElement parent, string name) => Children(parent, name).FirstOrDefault();

    private XElement Required(XElement parent, string name) =>
        Child(parent, name) ?? throw Bad(parent, $"<{parent.Name.LocalName}> has no <{name}>");

    private string Text(XElement element) =>
        element.HasElements ? throw Bad(element, $"<{element.Name.LocalName}> holds elements; text was expected") : element.Value.Trim();

    private string Where(XElement element) => $"{_path}({((IXmlLineInfo)element).LineNumber})";

    private BadDataSetException Bad(XElement element, string problem) => new($"{Where(element)}: {problem}.");
}

/// <summary>
/// The text of an XML file in the encoding that its byte order mark or its declaration names, with the code pages of Windows and the
/// older ones of Asia (gb2312, GBK, Big5, Shift_JIS, …).
/// </summary>
internal static class XmlText
{
    private const char Damaged = '\uFFFD';

    /// <summary>
    /// Reads the file. Bytes that are no text in its encoding become U+FFFD, so that a folder's name in the code page of some machine does
    /// no harm; who uses a text asks <see cref="IsDamaged"/>.
    /// </summary>
    /// <exception cref="BadDataSetException">There is no such file, it is too large, or its encoding is unknown.</exception>
    public static string Read(string path, int maxBytes)
    {
        using var stream = DataSetFile.Open(path, maxBytes);
        var bytes = new byte[stream.Length];
        var count = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        using var reader = new StreamReader(new MemoryStream(bytes, 0, count), EncodingOf(path, bytes.AsSpan(0, count)), detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    /// <summary>Whether bytes of a text could not be decoded.</summary>
    public static bool IsDamaged(string text) => text.Contains(Damaged);

    private static Encoding EncodingOf(string path, ReadOnlySpan<byte> bytes)
    {
        const int MostDeclaration = 200;
        // UTF-16 without a byte order mark, by the zeros of its first "<".
        if (bytes is [0, (byte)'<', ..]) return Encoding.BigEndianUnicode;
        if (bytes is [(byte)'<', 0, ..]) return Encoding.Unicode;
        var start = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, MostDeclaration)]);
        if (Declared(start) is not { } name) return Encoding.UTF8;
        // Programs that build a text first declare UTF-16 and write UTF-8.
        if (name.Replace("_", "").Replace("-", "").ToUpperInvariant() is "UTF8" or "UTF8SIG" or "UTF16" or "UTF16LE" or "UTF16BE") return Encoding.UTF8;
        try
        {
            return Named(name);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new BadDataSetException($"{path}(1): the encoding '{name}' is unknown; expected UTF-8, UTF-16 or a code page such as gb2312 or windows-1252.", e);
        }
    }

    /// <summary>The encoding of a name, also as Python writes it: <c>euc_kr</c>, <c>cp949</c>.</summary>
    private static Encoding Named(string name)
    {
        var dashed = name.Replace('_', '-');
        var isPage = dashed.StartsWith("cp", StringComparison.OrdinalIgnoreCase);
        return isPage && int.TryParse(dashed.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var page)
            ? CodePagesEncodingProvider.Instance.GetEncoding(page) ?? Encoding.GetEncoding(page)
            : CodePagesEncodingProvider.Instance.GetEncoding(dashed) ?? Encoding.GetEncoding(dashed);
    }

    private static string? Declared(string start)
    {
        const string Attribute = "encoding";
        start = start.TrimStart();
        if (!start.StartsWith("<?xml", StringComparison.Ordinal) || start.IndexOf("?>", StringComparison.Ordinal) is var end && end < 0) return null;
        var at = start.IndexOf(Attribute, StringComparison.Ordinal);
        if (at < 0 || at > end) return null;
        var value = start[(at + Attribute.Length)..end].TrimStart(' ', '\t', '\r', '\n', '=');
        return value.Length > 1 && value[0] is '"' or '\'' && value.IndexOf(value[0], 1) is > 1 and var close ? value[1..close] : null;
    }
}
