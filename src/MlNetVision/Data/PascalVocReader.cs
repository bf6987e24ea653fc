namespace MlNetVision.Data;

/// <summary>
/// Pascal VOC: a folder with <c>Annotations/</c> (in any case, perhaps with sub-folders), <c>JPEGImages/</c> and <c>ImageSets/Main/</c>, or
/// XML files beside images.
/// </summary>
internal static class PascalVocReader
{
    public static DetectionDataSet Read(string path, DetectionDataSetOptions options, DataSetReport report)
    {
        if (!Directory.Exists(path)) throw new BadDataSetException($"{path}: a Pascal VOC data set is a folder; there is none of that name.");
        var annotations = Existing(path, "Annotations") ?? path;
        var images = new ImagesByName(options.Images ?? Existing(path, "JPEGImages") ?? Existing(path, "images") ?? path, report);
        var builder = new DetectionDataSetBuilder(report);
        var allowed = new AllowedClasses(options.ClassNames);
        var all = All(annotations, report);
        var files = options.Split is { } split
            ? Listed(path, annotations, all, split, report)
            : all.OrderBy(file => file.Value, StringComparer.Ordinal).Select(file => (file.Key, file.Value));
        foreach (var (id, xmlPath) in files)
        {
            try
            {
                AddImage(id, PascalVocXml.Load(xmlPath), xmlPath);
            }
            catch (Exception e) when (DataSetReport.IsOfFile(e))
            {
                report.LeaveOut(LeftOutKind.UnreadableLabels, xmlPath, e);
            }
        }
        var names = options.ClassNames ?? [.. builder.Labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return builder.Build(path, DetectionDataSetFormat.PascalVoc, names);

        void AddImage(string id, PascalVocXml xml, string xmlPath)
        {
            var boxes = xml.Objects(report, options.Shapes).ToList();
            foreach (var box in boxes) allowed.Require(box.Label, box.Where);
            if (images.Find(id, xml.FileName) is not { } image)
                report.LeaveOut(LeftOutKind.MissingImage, xmlPath, $"{xmlPath}: {images.Missing(id, xml.FileName)}.");
            // Such as a backup in a folder below.
            else if (images.IdOf(image) is var own && own != id && all.TryGetValue(own, out var better))
                report.LeaveOut(LeftOutKind.UnusableEntry, xmlPath, $"{xmlPath}: {image} has labels of its own, {better}.");
            else builder.Add(new(id, image, xmlPath, xml.Size, boxes));
        }
    }

    /// <summary>The XML files by their paths below the folder, without extension.</summary>
    private static Dictionary<string, string> All(string annotations, DataSetReport report)
    {
        var files = new Dictionary<string, string>(StringComparer.Ordinal);
        void Skip(string error) => report.LeaveOut(LeftOutKind.UnreadableFolder, annotations, error);
        foreach (var path in ImageWalk.Files(annotations, DataSetLayout.IsXml, recursive: true, Skip))
            files.TryAdd(ImagesByName.RelativeStem(annotations, path), path);
        return files;
    }

    private static IEnumerable<(string Id, string Path)> Listed(
        string path, string annotations, Dictionary<string, string> all, string split, DataSetReport report)
    {
        var folder = Path.Combine(path, "ImageSets", "Main");
        var list = Path.Combine(folder, split + ".txt");
        if (!File.Exists(list))
            throw new BadDataSetException($"{list}: there is no split '{split}'; {Splits(folder)}.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (number, line) in DataSetFile.Lines(list))
        {
            var id = IdOf(line, all);
            if (!seen.Add(id)) report.Warn($"{list}({number}): '{id}' is listed twice; it counts once");
            else if (all.TryGetValue(id, out var xml)) yield return (id, xml);
            else report.LeaveOut(LeftOutKind.MissingLabels, $"{list}({number})",
                $"{list}({number}): '{id}' has no annotation: {Path.Combine(annotations, id + ".xml")} does not exist.");
        }
    }

    /// <summary>
    /// The id of a line: the line itself, or without the -1, 0 or 1 that the lists of one class have after it (cat_val.txt), or without the extension
    /// that VoTT writes.
    /// </summary>
    private static string IdOf(string line, Dictionary<string, string> all)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        var plain = words is [.., "-1" or "0" or "1"] && words.Length > 1 ? line[..line.LastIndexOf(words[^1], StringComparison.Ordinal)].TrimEnd() : line;
        string[] forms = [line, plain, WithoutExtension(line), WithoutExtension(plain)];
        return Array.Find(forms, all.ContainsKey) ?? plain;
    }

    private static string WithoutExtension(string name) => Imaging.ImageFiles.IsImage(name) ? Path.ChangeExtension(name, null) : name;

    private static string Splits(string folder)
    {
        if (!Directory.Exists(folder)) return $"{folder} has none";
        var names = Directory.EnumerateFiles(folder, "*.txt").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal);
        return $"{folder} has {string.Join(", ", names.DefaultIfEmpty("none").Take(20))}";
    }

    /// <summary>A sub-folder of a name, in any case.</summary>
    internal static string? Existing(string path, string folder)
    {
        var exact = Path.Combine(path, folder);
        if (Directory.Exists(exact)) return exact;
        return Directory.Exists(path)
            ? Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal)
                .FirstOrDefault(other => Path.GetFileName(other).Equals(folder, StringComparison.OrdinalIgnoreCase))
            : null;
    }
}
