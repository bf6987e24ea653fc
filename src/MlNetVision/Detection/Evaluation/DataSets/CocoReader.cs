using System.Globalization;
using static MlNetVision.Detection.Evaluation.DataSets.CocoFile;

namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>COCO: an instances file and a folder of images.</summary>
internal static class CocoReader
{
    public static DetectionDataSet Read(string path, DetectionDataSetOptions options)
    {
        var json = Directory.Exists(path) ? DataSetLayout.CocoJson(path, options.Split) : path;
        var file = CocoFile.Load(json);
        var warnings = new DataSetWarnings();
        var categories = Categories(json, file, options.ClassNames);
        // In the order of the image ids, as pycocotools evaluates: it decides between equal scores.
        var images = new SortedDictionary<long, CocoImage>();
        for (var i = 0; i < file.Images.Count; i++)
        {
            var image = file.Images[i] ?? throw new BadDataSetException($"{json}: images[{i}] is null.");
            if (string.IsNullOrWhiteSpace(image.FileName)) throw new BadDataSetException($"{json}: images[{i}] has no file_name.");
            if (!images.TryAdd(image.Id, image)) throw new BadDataSetException($"{json}: images[{i}]: the image id {image.Id} stands there twice.");
        }
        var annotations = Annotations(json, file, images, categories, warnings);
        var folder = options.Images ?? ImageFolder(json, images.Values);
        var found = new List<AnnotatedImage>();
        foreach (var (id, image) in images)
        {
            var imagePath = ImageFileIndex.Resolve(folder, image.FileName);
            if (ImageFileIndex.Size(imagePath, $"{json}: image {id}", image is { Width: > 0, Height: > 0 } ? (image.Width, image.Height) : null, warnings) is not var (width, height)) continue;
            var truths = Read(json, annotations.GetValueOrDefault(id) ?? [], categories, new(warnings, width, height));
            found.Add(new(id.ToString(CultureInfo.InvariantCulture), imagePath, width, height, truths));
        }
        return new(json, DetectionDataSetFormat.Coco, options.ClassNames ?? [.. categories.Values], found, warnings);
    }

    private static List<DetectionTruth> Read(string json, List<(int Index, CocoAnnotation Annotation)> annotations, SortedDictionary<long, string> categories, TruthBoxes boxes)
    {
        foreach (var (index, annotation) in annotations)
        {
            var where = $"{json}: annotations[{index}]";
            if (annotation.Box is not [var left, var top, var w, var h])
                throw new BadDataSetException($"{where}: the bbox has {annotation.Box?.Length ?? 0} numbers; 4 were expected (left, top, width, height).");
            boxes.Add(where, new(categories[annotation.CategoryId], default, Crowd: annotation.IsCrowd != 0), new(left, top, left + w, top + h));
        }
        return boxes.Truths;
    }

    private static SortedDictionary<long, string> Categories(string json, CocoFile file, IReadOnlyList<string>? allowed)
    {
        var categories = new SortedDictionary<long, string>();
        for (var i = 0; i < file.Categories.Count; i++)
        {
            var category = file.Categories[i];
            if (string.IsNullOrWhiteSpace(category?.Name)) throw new BadDataSetException($"{json}: categories[{i}] has no name.");
            var name = category.Name.Trim();
            if (!categories.TryAdd(category.Id, name)) throw new BadDataSetException($"{json}: categories[{i}]: the category id {category.Id} stands there twice.");
            if (allowed?.Contains(name, StringComparer.Ordinal) == false)
                throw new BadDataSetException($"{json}: categories[{i}]: the class '{name}' is not among the given ones: {string.Join(", ", allowed)}.");
        }
        DataSetFile.RequireDistinct([.. categories.Values], json);
        return categories;
    }

    private static Dictionary<long, List<(int Index, CocoAnnotation Annotation)>> Annotations(string json, CocoFile file,
        SortedDictionary<long, CocoImage> images, SortedDictionary<long, string> categories, DataSetWarnings warnings)
    {
        var annotations = new Dictionary<long, List<(int, CocoAnnotation)>>();
        var ids = new HashSet<long>();
        for (var i = 0; i < file.Annotations.Count; i++)
        {
            var annotation = file.Annotations[i] ?? throw new BadDataSetException($"{json}: annotations[{i}] is null.");
            if (!images.ContainsKey(annotation.ImageId)) throw new BadDataSetException($"{json}: annotations[{i}]: there is no image of id {annotation.ImageId}.");
            if (!categories.ContainsKey(annotation.CategoryId)) throw new BadDataSetException($"{json}: annotations[{i}]: there is no category of id {annotation.CategoryId}.");
            if (annotation.Id is { } id && !ids.Add(id)) warnings.Add($"{json}: annotations[{i}]: the annotation id {id} stands there more than once; all are kept");
            if (!annotations.TryGetValue(annotation.ImageId, out var list)) annotations[annotation.ImageId] = list = [];
            list.Add((i, annotation));
        }
        return annotations;
    }

    private static string ImageFolder(string json, IReadOnlyCollection<CocoImage> images)
    {
        const int Tried = 100;
        var folder = Path.GetDirectoryName(Path.GetFullPath(json))!;
        var root = Path.GetFileName(folder).Equals("annotations", StringComparison.OrdinalIgnoreCase) ? Path.GetDirectoryName(folder)! : folder;
        var split = Path.GetFileNameWithoutExtension(json).Replace("instances_", "", StringComparison.OrdinalIgnoreCase);
        string[] folders = [Path.Combine(root, split), Path.Combine(root, "images", split), Path.Combine(root, "images"), Path.Combine(root, "data"), root, folder];
        return folders.FirstOrDefault(candidate => images.Take(Tried).Any(image => File.Exists(ImageFileIndex.Resolve(candidate, image.FileName))))
            ?? throw new BadDataSetException($"{json}: none of its first images ({string.Join(", ", images.Take(3).Select(image => image.FileName))}, …) was found in {string.Join(", ", folders.Distinct())}; name the folder of the images.");
    }
}
