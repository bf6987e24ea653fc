using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace MlNetVision.Data;

/// <summary>Pascal VOC: a folder with <c>Annotations/</c>, <c>JPEGImages/</c> and <c>ImageSets/Main/</c>, or XML files beside images.</summary>
internal static class PascalVocReader
{
    public static DetectionDataSet Read(string path, DetectionDataSetOptions options)
    {
        if (!Directory.Exists(path)) throw new BadDataSetException($"{path}: a Pascal VOC data set is a folder; there is none of that name.");
        var annotations = Existing(path, "Annotations") ?? path;
        var images = ImageWalk.ByStem(options.Images ?? Existing(path, "JPEGImages") ?? Existing(path, "images") ?? path);
        var warnings = new DataSetWarnings();
        var found = new List<AnnotatedImage>();
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var allowed = new AllowedClasses(options.ClassNames);
        foreach (var (id, xmlPath) in options.Split is { } split ? Listed(path, annotations, split, warnings) : All(annotations))
        {
            var xml = PascalVocXml.Load(xmlPath);
            var image = images.GetValueOrDefault(id) ?? images.GetValueOrDefault(Path.GetFileNameWithoutExtension(xml.FileName) ?? id);
            if (image is null) warnings.Add($"{xmlPath}: there is no image '{id}' (or '{xml.FileName}'); it was skipped");
            else if (DataSetFile.ImageSize(image, xmlPath, xml.Size, warnings) is var (width, height))
                found.Add(new(id, image, width, height, Boxes(xml, new(warnings, width, height), allowed, names)));
        }
        return new(path, DetectionDataSetFormat.PascalVoc, options.ClassNames ?? [.. names], found, warnings);
    }

    private static IReadOnlyList<GroundTruthBox> Boxes(PascalVocXml xml, GroundTruthBoxes boxes, AllowedClasses allowed, SortedSet<string> names)
    {
        foreach (var (where, marked, corners) in xml.Objects())
        {
            allowed.Require(marked.Label, where);
            names.Add(marked.Label);
            boxes.Add(where, marked, corners);
        }
        return boxes.Boxes;
    }

    private static IEnumerable<(string Id, string Path)> All(string annotations) =>
        Directory.EnumerateFiles(annotations, "*.xml").Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileNameWithoutExtension(path), path));

    private static IEnumerable<(string Id, string Path)> Listed(string path, string annotations, string split, DataSetWarnings warnings)
    {
        var folder = Path.Combine(path, "ImageSets", "Main");
        var list = Path.Combine(folder, split + ".txt");
        if (!File.Exists(list))
            throw new BadDataSetException($"{list}: there is no split '{split}'; {Splits(folder)}.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (number, line) in DataSetFile.Lines(list))
        {
            var id = WithoutFlag(line);
            var xml = Path.Combine(annotations, id + ".xml");
            if (!seen.Add(id)) warnings.Add($"{list}({number}): '{id}' is listed twice; it counts once");
            else if (File.Exists(xml)) yield return (id, xml);
            else throw new BadDataSetException($"{list}({number}): '{id}' has no annotation: {xml} does not exist.");
        }
    }

    // The lists of one class, such as cat_val.txt, have -1, 0 or 1 after each id.
    private static string WithoutFlag(string line) =>
        line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var id, "-1" or "0" or "1"] ? id : line;

    private static string Splits(string folder)
    {
        if (!Directory.Exists(folder)) return $"{folder} has none";
        var names = Directory.EnumerateFiles(folder, "*.txt").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
        return $"{folder} has {string.Join(", ", names.DefaultIfEmpty("none").Take(20))}";
    }

    private static string? Existing(string path, string folder) => Path.Combine(path, folder) is var full && Directory.Exists(full) ? full : null;
}

/// <summary>One annotation file of Pascal VOC (the development kit's <c>Annotations/*.xml</c>, also as LabelImg and others write it).</summary>
internal sealed class PascalVocXml
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

    /// <exception cref="BadDataSetException">The file is too large, is not well-formed XML, or has a DTD.</exception>
    public static PascalVocXml Load(string path)
    {
        var settings = new XmlReaderSettings
        {
            // No DTD and no resolver: neither entity expansion nor external files.
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = MaxBytes,
        };
        try
        {
            using var stream = DataSetFile.Open(path, MaxBytes);
            RequireFlat(path, stream, settings);
            stream.Position = 0;
            using var reader = XmlReader.Create(stream, settings);
            return new(path, XDocument.Load(reader, LoadOptions.SetLineInfo).Root!);
        }
        catch (XmlException e)
        {
            throw new BadDataSetException($"{path}({e.LineNumber}): is not a Pascal VOC annotation: {e.Message}", e);
        }
    }

    // XDocument walks up to the root for each element that it adds: deep nesting takes quadratic time.
    private static void RequireFlat(string path, Stream stream, XmlReaderSettings settings)
    {
        using var reader = XmlReader.Create(stream, settings);
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
    public string? FileName =>
        _root.Element("filename") is { } element && Path.GetFileName(Text(element).Replace('\\', '/')) is { Length: > 0 } name ? name : null;

    /// <summary>The image's size; <see langword="null"/> where it is missing or 0, as some programs write it.</summary>
    public (int Width, int Height)? Size =>
        _root.Element("size") is { } size && (int)Number(size, "width") is > 0 and var width && (int)Number(size, "height") is > 0 and var height
            ? (width, height)
            : null;

    /// <summary>The annotated objects: the location for messages, the object without its box, and the box from edge to edge.</summary>
    public IEnumerable<(string Where, GroundTruthBox Marked, BoxCorners Corners)> Objects()
    {
        foreach (var item in _root.Elements("object"))
        {
            var label = Text(Child(item, "name"));
            if (label.Length == 0) throw Bad(item, "the <name> of an <object> is empty");
            var box = Child(item, "bndbox");
            // Pixels are counted from 1 and both ends belong to the box (VOC development kit, section 3.2):
            // (1, 1, width, height) is the whole image.
            var (left, right) = InOrder(Number(box, "xmin"), Number(box, "xmax"));
            var (top, bottom) = InOrder(Number(box, "ymin"), Number(box, "ymax"));
            var difficult = item.Element("difficult") is not null && Number(item, "difficult") != 0;
            yield return (Where(item), new(label, default, difficult), new(left, top, right, bottom));
        }
    }

    // The first pixel's outer edge is subtracted from the smaller end, which swapped corners have last.
    private static (double First, double Last) InOrder(double first, double last) => first <= last ? (first - 1, last) : (first, last - 1);

    private double Number(XElement parent, string name)
    {
        var element = Child(parent, name);
        var text = Text(element);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw Bad(element, $"<{name}> holds '{text}'; a number was expected");
    }

    private XElement Child(XElement parent, string name) => parent.Element(name) ?? throw Bad(parent, $"<{parent.Name.LocalName}> has no <{name}>");

    private string Text(XElement element) =>
        element.HasElements ? throw Bad(element, $"<{element.Name.LocalName}> holds elements; text was expected") : element.Value.Trim();

    private string Where(XElement element) => $"{_path}({((IXmlLineInfo)element).LineNumber})";

    private BadDataSetException Bad(XElement element, string problem) => new($"{Where(element)}: {problem}.");
}
