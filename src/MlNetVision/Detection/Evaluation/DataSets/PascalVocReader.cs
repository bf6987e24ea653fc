namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>Pascal VOC: a folder with <c>Annotations/</c>, <c>JPEGImages/</c> and <c>ImageSets/Main/</c>, or XML files beside images.</summary>
internal static class PascalVocReader
{
    public static DetectionDataSet Read(string path, DetectionDataSetOptions options)
    {
        if (!Directory.Exists(path)) throw new BadDataSetException($"{path}: a Pascal VOC data set is a folder; there is none of that name.");
        var annotations = Existing(path, "Annotations") ?? path;
        var images = ImageFileIndex.ByStem(options.Images ?? Existing(path, "JPEGImages") ?? Existing(path, "images") ?? path);
        var warnings = new DataSetWarnings();
        var found = new List<AnnotatedImage>();
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (id, xmlPath) in options.Split is { } split ? Listed(path, annotations, split, warnings) : All(annotations))
        {
            var xml = PascalVocXml.Load(xmlPath);
            var image = images.GetValueOrDefault(id) ?? (xml.FileName is { } name ? images.GetValueOrDefault(Path.GetFileNameWithoutExtension(name)) : null);
            if (image is null) warnings.Add($"{xmlPath}: there is no image '{id}' (or '{xml.FileName}'); it was left out");
            else if (ImageFileIndex.Size(image, xmlPath, xml.Size, warnings) is var (width, height))
                found.Add(new(id, image, width, height, Read(xml, new(warnings, width, height), options.ClassNames, names)));
        }
        return new(path, DetectionDataSetFormat.PascalVoc, options.ClassNames ?? [.. names], found, warnings);
    }

    private static List<DetectionTruth> Read(PascalVocXml xml, TruthBoxes boxes, IReadOnlyList<string>? allowed, SortedSet<string> names)
    {
        foreach (var (where, truth, corners) in xml.Objects())
        {
            if (allowed?.Contains(truth.Label, StringComparer.Ordinal) == false)
                throw new BadDataSetException($"{where}: the class '{truth.Label}' is not among the given ones: {string.Join(", ", allowed)}.");
            names.Add(truth.Label);
            boxes.Add(where, truth, corners);
        }
        return boxes.Truths;
    }

    private static IEnumerable<(string Id, string Path)> All(string annotations) =>
        Directory.EnumerateFiles(annotations, "*.xml").Order(StringComparer.Ordinal).Select(path => (Path.GetFileNameWithoutExtension(path), path));

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

    // The lists of one class, such as cat_val.txt, say after each id whether the class occurs: -1, 0 or 1.
    private static string WithoutFlag(string line) =>
        line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [var id, "-1" or "0" or "1"] ? id : line;

    private static string Splits(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.txt").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal).ToList() is { Count: > 0 } names
            ? $"{folder} has {string.Join(", ", names.Take(20))}"
            : $"{folder} has none";

    private static string? Existing(string path, string folder) => Path.Combine(path, folder) is var full && Directory.Exists(full) ? full : null;
}
