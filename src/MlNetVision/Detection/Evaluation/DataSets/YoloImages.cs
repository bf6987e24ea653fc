using MlNetVision.Imaging;

namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>Finds the images of a YOLO data set, the label file that belongs to each, and the class names.</summary>
internal static class YoloImages
{
    public static (List<(string Image, string Label)> Images, IReadOnlyList<string> Names) Find(string path, DetectionDataSetOptions options, DataSetWarnings warnings)
    {
        var yaml = Directory.Exists(path) ? DataSetLayout.YoloYaml(path) : Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml" or ".data" ? path : null;
        if (yaml is not null)
        {
            var file = YoloDataFile.Load(yaml);
            var names = options.ClassNames ?? file.Names() ?? throw new BadDataSetException($"{yaml}: has no 'names' of the classes.");
            return (WithLabels(options.Images is { } images ? ImageFiles.In(images, recursive: true) : file.Sources(options.Split).SelectMany(source => From(source, warnings))), names);
        }
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        var classes = options.ClassNames ?? NamesIn(folder);
        return (WithLabels(File.Exists(path) ? From(path, warnings) : ImageFiles.In(options.Images ?? ImageFolder(path, options.Split), recursive: true)), classes);
    }

    /// <summary>
    /// The label file of an image: the last folder called <c>images</c> (or VOC's <c>JPEGImages</c>) on its path replaced by
    /// <c>labels</c>, as Darknet and Ultralytics do; where that does not exist, the file beside the image.
    /// </summary>
    public static string LabelOf(string image)
    {
        var beside = Path.ChangeExtension(image, ".txt");
        var parts = image.Split(Path.DirectorySeparatorChar);
        var images = Array.FindLastIndex(parts, part => part is "images" or "JPEGImages");
        if (images < 0) return beside;
        parts[images] = "labels";
        var label = Path.ChangeExtension(string.Join(Path.DirectorySeparatorChar, parts), ".txt");
        return File.Exists(label) || !File.Exists(beside) ? label : beside;
    }

    private static List<(string, string)> WithLabels(IEnumerable<string> images) =>
        [.. images.Select(Path.GetFullPath).Select(image => (image, LabelOf(image)))];

    private static IEnumerable<string> From(string source, DataSetWarnings warnings)
    {
        if (Directory.Exists(source)) return ImageFiles.In(source, recursive: true);
        return ImageFiles.IsImage(source)
            ? throw new BadDataSetException($"{source}: a folder of images or a list of their paths was expected, not an image.")
            : Listed(source, warnings);
    }

    private static IEnumerable<string> Listed(string list, DataSetWarnings warnings)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(list))!;
        foreach (var (number, line) in DataSetFile.Lines(list))
        {
            // Ultralytics reads paths from the list's folder, Darknet from the current one.
            var image = ImageFileIndex.Resolve(folder, line);
            if (!File.Exists(image)) image = ImageFileIndex.Resolve(Environment.CurrentDirectory, line);
            if (!ImageFiles.IsImage(image)) throw new BadDataSetException($"{list}({number}): '{line}' is no path of an image; one a line was expected.");
            if (File.Exists(image)) yield return image;
            else warnings.Add($"{list}({number}): there is no image '{line}'; it was left out");
        }
    }

    private static string ImageFolder(string path, string? split)
    {
        var images = Path.Combine(path, "images");
        if (!Directory.Exists(images)) images = path;
        if (split is null) return images;
        var folder = Path.Combine(images, split);
        return Directory.Exists(folder)
            ? folder
            : throw new BadDataSetException($"{folder}: there is no split '{split}'; {images} has {string.Join(", ", Directory.EnumerateDirectories(images).Select(Path.GetFileName).Order(StringComparer.Ordinal).DefaultIfEmpty("no folders"))}.");
    }

    private static List<string> NamesIn(string folder)
    {
        var files = new[] { folder, Path.Combine(folder, "labels") }.Where(Directory.Exists)
            .SelectMany(place => Directory.EnumerateFiles(place, "*.names").Concat(Directory.EnumerateFiles(place, "classes.txt"))).Order(StringComparer.Ordinal).ToList();
        return files switch
        {
            [var only] => DataSetFile.Names(only),
            [] => throw new BadDataSetException($"{folder}: YOLO text numbers its classes, and no names for them were found. Looked for a .yaml with names, *.names and classes.txt; or give them."),
            _ => throw new BadDataSetException($"{folder}: has several files of class names: {string.Join(", ", files)}; give the names."),
        };
    }
}
