using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>Recognises the format of a data set by the files that are there.</summary>
internal static class DataSetLayout
{
    private const string LookedFor =
        "Pascal VOC (Annotations/*.xml, or *.xml beside images), COCO (annotations/*.json, or *instances*.json, *coco*.json), "
        + "YOLO (a .yaml with names, images/ and labels/, or .txt beside images)";

    public static DetectionDataSetFormat Recognise(string path)
    {
        if (Directory.Exists(path))
        {
            return Candidates(path) switch
            {
                [var only] => only,
                [] => throw new BadDataSetException($"{path}: no data set was recognised. Looked for {LookedFor}."),
                var several => throw new BadDataSetException(
                    $"{path}: may be {string.Join(" or ", several)}; say which format is meant, or name its file."),
            };
        }
        if (!File.Exists(path)) throw new BadDataSetException($"{path}: there is no file or folder of that name.");
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".json" => DetectionDataSetFormat.Coco,
            ".yaml" or ".yml" or ".data" or ".txt" => DetectionDataSetFormat.Yolo,
            var other => throw new BadDataSetException(
                $"{path}: a file '{other}' is no data set. Expected a folder, a COCO .json, a YOLO .yaml or .data, or a list of images (.txt)."),
        };
    }

    /// <summary>The subfolder of the split, where only that is a data set (as Roboflow exports VOC and COCO).</summary>
    public static string? SplitFolder(string path, DetectionDataSetOptions options) =>
        options.Split is { Length: > 0 } split && Directory.Exists(path) && Path.Combine(path, split) is var folder
        && Directory.Exists(folder) && Candidates(path).Count == 0 && Candidates(folder).Count > 0
            ? folder
            : null;

    /// <summary>The instances file of a COCO folder.</summary>
    public static string CocoJson(string folder, string? split)
    {
        var files = CocoJsons(folder);
        if (split is not null)
        {
            // Prefer "val2017" to a name that merely contains "val".
            var named = files.FindAll(file => Path.GetFileNameWithoutExtension(file).EndsWith("_" + split, StringComparison.OrdinalIgnoreCase));
            files = named.Count > 0 ? named : files.FindAll(file => Path.GetFileName(file).Contains(split, StringComparison.OrdinalIgnoreCase));
        }
        return files switch
        {
            [var only] => only,
            [] => throw new BadDataSetException(
                $"{folder}: no COCO file{(split is null ? "" : $" for the split '{split}'")} was found. "
                + "Looked for annotations/*.json, *instances*.json and *coco*.json."),
            _ => throw new BadDataSetException(
                $"{folder}: has several COCO files: {string.Join(", ", files.Select(Path.GetFileName))}; choose one by its split or path."),
        };
    }

    /// <summary>The only <c>.yaml</c> of a YOLO folder, or <see langword="null"/>.</summary>
    public static string? YoloYaml(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file).ToLowerInvariant() is ".yaml" or ".yml")
            .Order(StringComparer.Ordinal).ToList();
        return files is [var only]
            ? only
            : files.FirstOrDefault(file => Path.GetFileNameWithoutExtension(file).Equals("data", StringComparison.OrdinalIgnoreCase));
    }

    private static List<DetectionDataSetFormat> Candidates(string folder)
    {
        var formats = new List<DetectionDataSetFormat>();
        if (AnyXml(Path.Combine(folder, "Annotations")) || AnyXml(folder)) formats.Add(DetectionDataSetFormat.PascalVoc);
        if (CocoJsons(folder).Count > 0) formats.Add(DetectionDataSetFormat.Coco);
        if (YoloYaml(folder) is not null || HasYoloFolders(folder) || HasLabelsBesideImages(folder)) formats.Add(DetectionDataSetFormat.Yolo);
        return formats;
    }

    private static bool AnyXml(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.xml").Any();

    private static List<string> CocoJsons(string folder)
    {
        var annotations = Path.Combine(folder, "annotations");
        List<string> inFolder = Directory.Exists(annotations) ? [.. Directory.EnumerateFiles(annotations, "*.json")] : [];
        var instances = inFolder.FindAll(file => Path.GetFileName(file).StartsWith("instances", StringComparison.OrdinalIgnoreCase));
        // COCO keeps captions and key points beside instances.
        if (instances.Count > 0) inFolder = instances;
        string[] words = ["instances", "coco"];
        var beside = Directory.EnumerateFiles(folder, "*.json")
            .Where(file => Array.Exists(words, word => Path.GetFileName(file).Contains(word, StringComparison.OrdinalIgnoreCase)));
        return [.. inFolder.Concat(beside).Order(StringComparer.Ordinal)];
    }

    private static bool HasYoloFolders(string folder) =>
        Directory.Exists(Path.Combine(folder, "images")) && Directory.Exists(Path.Combine(folder, "labels"));

    private static bool HasLabelsBesideImages(string folder) => Directory.EnumerateFiles(folder, "*.txt")
        .Any(label => ImageFiles.Extensions.Any(extension => File.Exists(Path.ChangeExtension(label, extension))));
}
