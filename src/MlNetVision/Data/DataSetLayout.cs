using System.Text.Json;
using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>Recognises the format of a data set by the files that are there.</summary>
internal static class DataSetLayout
{
    private const string LookedFor =
        "Pascal VOC (Annotations/*.xml, or *.xml beside images), COCO (annotations/*.json, or *instances*.json, *coco*.json), "
        + "YOLO (a .yaml with names, images/ and labels/, or .txt beside images), LabelMe (*.json with shapes beside images)";

    /// <summary>How many files of a folder are looked into to recognise it.</summary>
    private const int Opened = 20;

    public static bool IsXml(string path) => Path.GetExtension(path).Equals(".xml", StringComparison.OrdinalIgnoreCase);

    public static bool IsJson(string path) => Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase);

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
            ".json" => FormatOf(path) ?? DetectionDataSetFormat.Coco,
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
        return CocoJsons(folder, split) switch
        {
            [var only] => only,
            [] => throw new BadDataSetException(
                $"{folder}: no COCO file{(split is null ? "" : $" for the split '{split}'")} was found. "
                + "Looked for annotations/*.json, *instances*.json and *coco*.json."),
            var files => throw new BadDataSetException(
                $"{folder}: has several COCO files: {string.Join(", ", files.Select(Path.GetFileName))}; choose one by its split or path."),
        };
    }

    /// <summary>The only <c>.yaml</c> of a YOLO folder, or <see langword="null"/>.</summary>
    public static string? YoloYaml(string folder)
    {
        var files = Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file).ToLowerInvariant() is ".yaml" or ".yml")
            .Order(StringComparer.Ordinal).ToList();
        if (files is [var only]) return only;
        var data = files.FirstOrDefault(file => Path.GetFileNameWithoutExtension(file).Equals("data", StringComparison.OrdinalIgnoreCase));
        // Hyperparameters may stand beside it.
        return data ?? (files.FindAll(HasNames) is [var named] ? named : null);
    }

    /// <summary>The only Darknet <c>.data</c> file of a folder, as CVAT writes it, or <see langword="null"/>.</summary>
    public static string? DarknetData(string folder) =>
        Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file).Equals(".data", StringComparison.OrdinalIgnoreCase)).ToList() is [var only] ? only : null;

    private static bool HasNames(string yaml)
    {
        try
        {
            return YamlFile.Read(yaml).ContainsKey("names");
        }
        catch (Exception e) when (DataSetReport.IsOfFile(e))
        {
            return false;
        }
    }

    /// <summary>The formats that a folder may be of.</summary>
    public static IReadOnlyList<DetectionDataSetFormat> Recognised(string folder) => Candidates(folder);

    private static List<DetectionDataSetFormat> Candidates(string folder)
    {
        var formats = new List<DetectionDataSetFormat>();
        if (AnyXml(PascalVocReader.Existing(folder, "Annotations")) || AnyXml(folder)) formats.Add(DetectionDataSetFormat.PascalVoc);
        if (CocoJsons(folder).Count > 0) formats.Add(DetectionDataSetFormat.Coco);
        if ((YoloYaml(folder) ?? DarknetData(folder)) is not null || HasYoloFolders(folder) || HasLabelsBesideImages(folder))
            formats.Add(DetectionDataSetFormat.Yolo);
        if (HasLabelMe(folder)) formats.Add(DetectionDataSetFormat.LabelMe);
        return formats;
    }

    private static bool AnyXml(string? folder)
    {
        if (!Directory.Exists(folder)) return false;
        var isOwn = Path.GetFileName(folder).Equals("Annotations", StringComparison.OrdinalIgnoreCase);
        return ImageWalk.Files(folder, IsXml, recursive: isOwn, _ => { }).Count > 0;
    }

    /// <summary>The instances files of a folder, of a split where one is named.</summary>
    public static List<string> CocoJsons(string folder, string? split)
    {
        var files = CocoJsons(folder);
        if (split is null) return files;
        // Prefer "val2017" to a name that merely contains "val".
        var named = files.FindAll(file => Path.GetFileNameWithoutExtension(file).EndsWith("_" + split, StringComparison.OrdinalIgnoreCase));
        return named.Count > 0 ? named : files.FindAll(file => Path.GetFileName(file).Contains(split, StringComparison.OrdinalIgnoreCase));
    }

    private static List<string> CocoJsons(string folder)
    {
        var annotations = PascalVocReader.Existing(folder, "annotations");
        List<string> inFolder = annotations is null ? [] : [.. ImageWalk.Files(annotations, IsJson, recursive: false)];
        if (inFolder.Count > 0 && FormatOf(inFolder[0]) == DetectionDataSetFormat.LabelMe) inFolder = [];
        var instances = inFolder.FindAll(file => Path.GetFileName(file).StartsWith("instances", StringComparison.OrdinalIgnoreCase));
        // COCO keeps captions and key points beside instances.
        if (instances.Count > 0) inFolder = instances;
        string[] words = ["instances", "coco"];
        var all = ImageWalk.Files(folder, IsJson, recursive: false);
        List<string> beside = [.. all.Where(file => Array.Exists(words, word => Path.GetFileName(file).Contains(word, StringComparison.OrdinalIgnoreCase)))];
        if (beside.Count + inFolder.Count == 0) beside = [.. all.Take(Opened).Where(file => FormatOf(file) == DetectionDataSetFormat.Coco)];
        return [.. inFolder.Concat(beside).Order(StringComparer.Ordinal)];
    }

    /// <summary>Where the shapes of a folder are: the folder itself with LabelMe files, or its only COCO file; null where there are none.</summary>
    public static string? ShapesIn(string folder) =>
        HasLabelMe(folder) ? folder : CocoJsons(folder) is [var only] ? only : null;

    private static bool HasLabelMe(string folder) =>
        ImageWalk.Files(folder, IsJson, recursive: true, _ => { }).Take(Opened).Any(file => FormatOf(file) == DetectionDataSetFormat.LabelMe);

    /// <summary>COCO or LabelMe, by the first keys of a JSON file; null where it is neither, or cannot be read.</summary>
    public static DetectionDataSetFormat? FormatOf(string json)
    {
        const int Looked = 64 << 10;
        try
        {
            using var stream = new PythonJsonStream(DataSetFile.Open(json, long.MaxValue));
            var bytes = new byte[Looked];
            var count = stream.ReadAtLeast(bytes, Looked, throwOnEndOfStream: false);
            var start = bytes.AsSpan(0, count);
            if (start.StartsWith("\uFEFF"u8)) start = start[3..];
            var reader = new Utf8JsonReader(start, isFinalBlock: false, default);
            while (reader.Read())
            {
                if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1) continue;
                if (reader.ValueTextEquals("shapes"u8) || reader.ValueTextEquals("imagePath"u8) || reader.ValueTextEquals("imageData"u8))
                    return DetectionDataSetFormat.LabelMe;
                if (reader.ValueTextEquals("images"u8) || reader.ValueTextEquals("annotations"u8))
                    return DetectionDataSetFormat.Coco;
            }
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or BadDataSetException)
        {
        }
        return null;
    }

    private static bool HasYoloFolders(string folder) =>
        Directory.Exists(Path.Combine(folder, "images")) && Directory.Exists(Path.Combine(folder, "labels"));

    private static bool HasLabelsBesideImages(string folder) => Directory.EnumerateFiles(folder, "*.txt")
        .Any(label => ImageFiles.Extensions.Any(extension => File.Exists(Path.ChangeExtension(label, extension))));
}
