using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetVision.Data;

/// <summary>COCO: an instances file and a folder of images (https://cocodataset.org/#format-data).</summary>
internal static class CocoReader
{
    public static DetectionDataSet Read(string path, DetectionDataSetOptions options)
    {
        var json = Directory.Exists(path) ? DataSetLayout.CocoJson(path, options.Split) : path;
        var file = CocoFile.Load(json);
        var warnings = new DataSetWarnings();
        var categories = Categories(json, file, options.ClassNames);
        var images = Images(json, file);
        var annotations = Annotations(json, file, images, categories, warnings);
        var folder = options.Images ?? ImageFolder(json, images.Values);
        var found = new List<AnnotatedImage>();
        foreach (var (id, image) in images)
        {
            var imagePath = PathOf(folder, image, json);
            (int, int)? stated = image is { Width: > 0, Height: > 0 } ? (image.Width, image.Height) : null;
            if (DataSetFile.ImageSize(imagePath, $"{json}: image {id}", stated, warnings) is not var (width, height)) continue;
            var boxes = Boxes(json, annotations.GetValueOrDefault(id) ?? [], categories, new(warnings, width, height));
            found.Add(new(id.ToString(CultureInfo.InvariantCulture), imagePath, width, height, boxes));
        }
        return new(json, DetectionDataSetFormat.Coco, options.ClassNames ?? [.. categories.Values], found, warnings);
    }

    // pycocotools evaluates in the order of image ids, which breaks ties of scores.
    private static SortedDictionary<long, CocoFile.Image> Images(string json, CocoFile file)
    {
        var images = new SortedDictionary<long, CocoFile.Image>();
        for (var i = 0; i < file.Images.Count; i++)
        {
            var image = file.Images[i] ?? throw new BadDataSetException($"{json}: images[{i}] is null.");
            if (string.IsNullOrWhiteSpace(image.FileName)) throw new BadDataSetException($"{json}: images[{i}] has no file_name.");
            if (!images.TryAdd(image.Id, image)) throw new BadDataSetException($"{json}: images[{i}]: the image id {image.Id} occurs twice.");
        }
        return images;
    }

    private static SortedDictionary<long, string> Categories(string json, CocoFile file, IReadOnlyList<string>? allowed)
    {
        var categories = new SortedDictionary<long, string>();
        var known = new AllowedClasses(allowed);
        for (var i = 0; i < file.Categories.Count; i++)
        {
            var category = file.Categories[i];
            if (string.IsNullOrWhiteSpace(category?.Name)) throw new BadDataSetException($"{json}: categories[{i}] has no name.");
            var name = category.Name.Trim();
            if (!categories.TryAdd(category.Id, name))
                throw new BadDataSetException($"{json}: categories[{i}]: the category id {category.Id} occurs twice.");
            known.Require(name, $"{json}: categories[{i}]");
        }
        ClassNames.Check([.. categories.Values], json);
        return categories;
    }

    private static Dictionary<long, List<(int Index, CocoFile.Annotation Annotation)>> Annotations(string json, CocoFile file,
        SortedDictionary<long, CocoFile.Image> images, SortedDictionary<long, string> categories, DataSetWarnings warnings)
    {
        var annotations = new Dictionary<long, List<(int, CocoFile.Annotation)>>();
        var ids = new HashSet<long>();
        for (var i = 0; i < file.Annotations.Count; i++)
        {
            var where = $"{json}: annotations[{i}]";
            var annotation = file.Annotations[i] ?? throw new BadDataSetException($"{where} is null.");
            if (!images.ContainsKey(annotation.ImageId)) throw new BadDataSetException($"{where}: there is no image of id {annotation.ImageId}.");
            if (!categories.ContainsKey(annotation.CategoryId))
                throw new BadDataSetException($"{where}: there is no category of id {annotation.CategoryId}.");
            if (annotation.Id is { } id && !ids.Add(id)) warnings.Add($"{where}: the annotation id {id} occurs more than once; all are kept");
            if (!annotations.TryGetValue(annotation.ImageId, out var list)) annotations[annotation.ImageId] = list = [];
            list.Add((i, annotation));
        }
        return annotations;
    }

    private static IReadOnlyList<GroundTruthBox> Boxes(
        string json, List<(int Index, CocoFile.Annotation Annotation)> annotations, SortedDictionary<long, string> categories, GroundTruthBoxes boxes)
    {
        foreach (var (index, annotation) in annotations)
        {
            var where = $"{json}: annotations[{index}]";
            if (annotation.Box is not [var left, var top, var w, var h])
            {
                var count = annotation.Box?.Length ?? 0;
                throw new BadDataSetException($"{where}: the bbox has {count} numbers; 4 were expected (left, top, width, height).");
            }
            boxes.Add(where, new(categories[annotation.CategoryId], default, Crowd: annotation.IsCrowd != 0), new(left, top, left + w, top + h));
        }
        return boxes.Boxes;
    }

    private static string PathOf(string folder, CocoFile.Image image, string json) =>
        DataSetFile.Resolve(folder, image.FileName, $"{json}: the file_name of image {image.Id}");

    private static string ImageFolder(string json, IReadOnlyCollection<CocoFile.Image> images)
    {
        const int Tried = 100;
        var folder = Path.GetDirectoryName(Path.GetFullPath(json))!;
        var root = Path.GetFileName(folder).Equals("annotations", StringComparison.OrdinalIgnoreCase) ? Path.GetDirectoryName(folder)! : folder;
        var split = Path.GetFileNameWithoutExtension(json).Replace("instances_", "", StringComparison.OrdinalIgnoreCase);
        string[] folders =
            [Path.Combine(root, split), Path.Combine(root, "images", split), Path.Combine(root, "images"), Path.Combine(root, "data"), root, folder];
        return folders.FirstOrDefault(candidate => images.Take(Tried).Any(image => File.Exists(PathOf(candidate, image, json))))
            ?? throw new BadDataSetException(
                $"{json}: none of its first images ({string.Join(", ", images.Take(3).Select(image => image.FileName))}, …) was found in "
                + $"{string.Join(", ", folders.Distinct())}; name the folder of the images.");
    }
}

/// <summary>The parts of COCO's <c>instances_*.json</c> that boxes need; segmentations are skipped.</summary>
internal sealed class CocoFile
{
    // instances_train2017.json has 0.45 GB.
    private const long MaxBytes = 2L << 30;

    [JsonPropertyName("images"), JsonRequired] public List<Image> Images { get; set; } = [];
    [JsonPropertyName("annotations"), JsonRequired] public List<Annotation> Annotations { get; set; } = [];
    [JsonPropertyName("categories"), JsonRequired] public List<Category> Categories { get; set; } = [];

    public static CocoFile Load(string path)
    {
        using var stream = DataSetFile.Open(path, MaxBytes);
        try
        {
            var file = JsonSerializer.Deserialize(stream, CocoJson.Default.CocoFile);
            return file is { Images: not null, Annotations: not null, Categories: not null }
                ? file
                : throw new BadDataSetException($"{path}: 'images', 'annotations' and 'categories' were expected; one is null.");
        }
        catch (JsonException e)
        {
            throw new BadDataSetException(
                $"{path}({e.LineNumber + 1}): is not a COCO instances file (images, annotations, categories): {e.Message}", e);
        }
    }

    internal sealed class Image
    {
        [JsonPropertyName("id"), JsonRequired] public long Id { get; set; }
        [JsonPropertyName("file_name"), JsonRequired] public string FileName { get; set; } = "";
        [JsonPropertyName("width")] public int Width { get; set; }
        [JsonPropertyName("height")] public int Height { get; set; }
    }

    internal sealed class Annotation
    {
        [JsonPropertyName("id")] public long? Id { get; set; }
        [JsonPropertyName("image_id"), JsonRequired] public long ImageId { get; set; }
        [JsonPropertyName("category_id"), JsonRequired] public long CategoryId { get; set; }
        [JsonPropertyName("bbox"), JsonRequired] public double[] Box { get; set; } = [];
        [JsonPropertyName("iscrowd")] public int IsCrowd { get; set; }
    }

    internal sealed class Category
    {
        [JsonPropertyName("id"), JsonRequired] public long Id { get; set; }
        [JsonPropertyName("name"), JsonRequired] public string Name { get; set; } = "";
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CocoFile))]
internal sealed partial class CocoJson : JsonSerializerContext;
