using System.Globalization;

namespace MlNetVision.Data;

/// <summary>COCO: an instances file and a folder of images (https://cocodataset.org/#format-data).</summary>
internal static class CocoReader
{
    public static DetectionDataSet Read(string path, DetectionDataSetOptions options, DataSetReport report)
    {
        var json = Directory.Exists(path) ? DataSetLayout.CocoJson(path, options.Split) : path;
        var file = CocoFile.Load(json, polygons: options.Shapes);
        var categories = new CocoCategories(json, file, report);
        categories.Require(options.ClassNames);
        var images = CocoImages.Of(json, file, report);
        var incomplete = new Dictionary<CocoId, string>();
        var annotations = Annotations(json, file, images, categories, incomplete, report);
        var folder = options.Images ?? CocoImages.Folder(json, images.Values);
        var builder = new DetectionDataSetBuilder(report);
        foreach (var (id, image) in images)
        {
            if (incomplete.TryGetValue(id, out var reason)) report.LeaveOut(LeftOutKind.UnreadableLabels, image.FileName!, reason);
            else builder.Add(new(id.Text, CocoImages.Find(json, folder, id, image), $"{json}: image {id}", image.Size, annotations.GetValueOrDefault(id) ?? []));
        }
        return builder.Build(json, DetectionDataSetFormat.Coco, options.ClassNames ?? categories.Names);
    }

    /// <param name="json">The file.</param>
    /// <param name="file">Its content.</param>
    /// <param name="images">The images that are known.</param>
    /// <param name="categories">The categories.</param>
    /// <param name="incomplete">Receives the images with an object that has no box: half of an image's labels would make metrics wrong.</param>
    /// <param name="report">Receives what is left out.</param>
    private static Dictionary<CocoId, List<LabelledBox>> Annotations(
        string json, CocoFile file, SortedDictionary<CocoId, CocoFile.Image> images, CocoCategories categories,
        Dictionary<CocoId, string> incomplete, DataSetReport report)
    {
        var boxes = new Dictionary<CocoId, List<LabelledBox>>();
        var ids = new HashSet<CocoId>();
        for (var i = 0; i < file.Annotations.Count; i++)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"{json}: annotations[{i}]");
            var annotation = file.Annotations[i];
            if (annotation is null) LeaveOut("is null");
            else if (annotation.ImageId is not { } image || !images.ContainsKey(image)) LeaveOut($"there is no image of id {annotation.ImageId?.Text ?? "null"}");
            else if (categories.NameOf(annotation.CategoryId) is not { } name) LeaveOut($"there is no category of id {annotation.CategoryId?.Text ?? "null"}");
            else if (annotation.IsEmpty) LeaveOut($"{annotation.WrongBox}, and no segmentation gives one");
            else if (annotation.Corners(where, report) is not { } corners) incomplete.TryAdd(image, $"{where}: {annotation.WrongBox}, and no segmentation gives one.");
            else
            {
                if (annotation.Id is { } id && !ids.Add(id)) report.Warn($"{where}: the annotation id {id} occurs more than once; all are kept");
                if (!boxes.TryGetValue(image, out var list)) boxes[image] = list = [];
                list.Add(new(where, name, corners)
                {
                    Crowd = annotation.IsCrowd is { } crowd && crowd != 0,
                    Area = annotation.StatedArea is >= 0 and < double.PositiveInfinity ? annotation.StatedArea : null,
                    Shape = annotation.Area is { } area and not { Polygons.Count: 0, Runs: null } ? new(area.Polygons, area.Runs) : null,
                });
            }

            void LeaveOut(string why) => report.LeaveOut(LeftOutKind.UnusableEntry, where, $"{where}: {why}.");
        }
        return boxes;
    }
}

/// <summary>The categories of a COCO file: ids and names.</summary>
internal sealed class CocoCategories
{
    private readonly string _json;
    private readonly SortedDictionary<CocoId, string> _names = [];
    private readonly Dictionary<CocoId, int> _entries = [];

    /// <exception cref="BadDataSetException">An id has two names, or a category may not be left out.</exception>
    public CocoCategories(string json, CocoFile file, DataSetReport report)
    {
        _json = json;
        var groups = Groups(file);
        for (var i = 0; i < file.Categories.Count; i++)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"{json}: categories[{i}]");
            var category = file.Categories[i];
            if (category?.Id is not { } id || string.IsNullOrWhiteSpace(category.Name))
            {
                report.LeaveOut(LeftOutKind.UnusableEntry, where, $"{where} has no {(category?.Id is null ? "id" : "name")}.");
                continue;
            }
            var name = category.Name.Trim();
            if (groups.Contains(id))
                report.Warn($"{where}: '{name}' groups other categories and has no annotation; it is not a class");
            else if (_names.TryAdd(id, name)) _entries[id] = i;
            else if (_names[id] != name) throw new BadDataSetException($"{where}: the category id {id} occurs twice, as '{_names[id]}' and '{name}'.");
        }
        Names = [.. _names.Values.Distinct(StringComparer.Ordinal)];
        foreach (var same in _names.GroupBy(category => category.Value, StringComparer.Ordinal).Where(group => group.Count() > 1))
            report.Warn($"{json}: the categories {string.Join(", ", same.Select(category => category.Key))} are all called '{same.Key}'; they are one class");
    }

    /// <summary>The distinct names in the order of their ids.</summary>
    public IReadOnlyList<string> Names { get; }

    public string? NameOf(CocoId? id) => id is { } known ? _names.GetValueOrDefault(known) : null;

    /// <exception cref="BadDataSetException">A category is not among the given classes.</exception>
    public void Require(IReadOnlyList<string>? allowed)
    {
        var known = new AllowedClasses(allowed);
        foreach (var (id, name) in _names) known.Require(name, string.Create(CultureInfo.InvariantCulture, $"{_json}: categories[{_entries[id]}]"));
    }

    /// <summary>
    /// The categories that only group others, as Roboflow writes them: of the supercategory "none", named as another's supercategory,
    /// and without annotations.
    /// </summary>
    private static HashSet<CocoId> Groups(CocoFile file)
    {
        var used = file.Annotations.Select(annotation => annotation?.CategoryId).ToHashSet();
        var above = file.Categories.Select(category => category?.Supercategory).ToHashSet(StringComparer.Ordinal);
        return [.. file.Categories.Where(c => c?.Id is { } id && !used.Contains(id) && c.Supercategory == "none" && c.Name is { } name && above.Contains(name))
            .Select(c => c!.Id!.Value)];
    }
}

/// <summary>The images of a COCO file.</summary>
internal static class CocoImages
{
    /// <summary>The images by id. pycocotools evaluates in the order of ids, which breaks ties of scores.</summary>
    public static SortedDictionary<CocoId, CocoFile.Image> Of(string json, CocoFile file, DataSetReport report)
    {
        var images = new SortedDictionary<CocoId, CocoFile.Image>();
        var twice = new HashSet<CocoId>();
        for (var i = 0; i < file.Images.Count; i++)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"{json}: images[{i}]");
            var image = file.Images[i];
            if (image?.Id is not { } id) report.LeaveOut(LeftOutKind.UnusableEntry, where, $"{where} {(image is null ? "is null" : "has no id")}.");
            else if (string.IsNullOrWhiteSpace(image.FileName)) report.LeaveOut(LeftOutKind.UnusableEntry, where, $"{where} has no file_name.");
            else if (!images.TryAdd(id, image) && images[id].FileName != image.FileName && twice.Add(id))
            {
                report.LeaveOut(LeftOutKind.AmbiguousImage, image.FileName,
                    $"{where}: the image id {id} occurs twice, for {images[id].FileName} and {image.FileName}; neither is used.");
            }
        }
        foreach (var id in twice) images.Remove(id);
        return images;
    }

    /// <summary>The file of an image; where the path is that of another machine, the file of its name.</summary>
    public static string Find(string json, string folder, CocoId? id, CocoFile.Image image)
    {
        var stated = DataSetFile.Resolve(folder, image.FileName!, $"{json}: the file_name of image {id}");
        var named = Path.Combine(folder, Path.GetFileName(image.FileName!.Replace('\\', '/')));
        return File.Exists(stated) || !File.Exists(named) ? stated : named;
    }

    /// <summary>The folder where the first images are found.</summary>
    /// <exception cref="BadDataSetException">None of the usual ones has them.</exception>
    public static string Folder(string json, IReadOnlyCollection<CocoFile.Image> images)
    {
        const int Tried = 100;
        var folder = Path.GetDirectoryName(Path.GetFullPath(json))!;
        if (images.Count == 0) return folder;
        var root = Path.GetFileName(folder).Equals("annotations", StringComparison.OrdinalIgnoreCase) ? Path.GetDirectoryName(folder)! : folder;
        var split = Path.GetFileNameWithoutExtension(json).Replace("instances_", "", StringComparison.OrdinalIgnoreCase);
        string[] folders =
            [Path.Combine(root, split), Path.Combine(root, "images", split), Path.Combine(root, "images"), Path.Combine(root, "data"), root, folder];
        return folders.FirstOrDefault(candidate => images.Take(Tried)
                .Any(image => File.Exists(Find(json, candidate, image.Id, image))))
            ?? throw new BadDataSetException(
                $"{json}: none of its first images ({string.Join(", ", images.Take(3).Select(image => image.FileName))}, …) was found in "
                + $"{string.Join(", ", folders.Distinct())}; name the folder of the images.");
    }
}
