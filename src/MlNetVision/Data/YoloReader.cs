using System.Globalization;
using MlNetVision.Files;
using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>YOLO text: a <c>data.yaml</c>, a Darknet <c>.data</c> file, a list of images, or a folder of images with labels.</summary>
internal static class YoloReader
{
    public static DetectionDataSet Read(string path, DetectionDataSetOptions options)
    {
        var warnings = new DataSetWarnings();
        var (images, names) = YoloImages.Find(path, options, warnings);
        ClassNames.Check(names, path);
        var found = new List<AnnotatedImage>();
        var withLabels = 0;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (image, label) in images)
        {
            if (!seen.Add(image))
            {
                warnings.Add($"{image}: is listed twice; it counts once");
                continue;
            }
            if (DataSetFile.ImageSize(image, path, stated: null, warnings) is not var (width, height)) continue;
            var labelled = File.Exists(label);
            if (labelled) withLabels++;
            found.Add(new(image, image, width, height, labelled ? Boxes(label, names, new(warnings, width, height), width, height) : []));
        }
        if (withLabels == 0 && found.Count > 0)
        {
            var first = found[0].Path;
            throw new BadDataSetException($"{path}: none of {found.Count} images has labels; for {first} looked for {YoloImages.LabelOf(first)}.");
        }
        if (found.Count - withLabels is > 0 and var background)
            warnings.Add($"{path}: {background} of {found.Count} images have no labels; they count as images without objects");
        return new(path, DetectionDataSetFormat.Yolo, names, found, warnings);
    }

    private static IReadOnlyList<GroundTruthBox> Boxes(string label, IReadOnlyList<string> names, GroundTruthBoxes boxes, int width, int height)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (number, line) in DataSetFile.Lines(label))
        {
            var where = $"{label}({number})";
            if (!seen.Add(line))
            {
                boxes.Warn($"{where}: repeats a line; it counts once");
                continue;
            }
            var values = Numbers(where, line);
            boxes.Add(where, new(Name(where, values[0], names), default), Corners(where, values.AsSpan(1), width, height));
        }
        return boxes.Boxes;
    }

    private static double[] Numbers(string where, string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        // An odd number from 7 on: Ultralytics' polygon, class x1 y1 x2 y2 x3 y3 …
        if (words.Length != 5 && (words.Length < 7 || words.Length % 2 == 0))
            throw new BadDataSetException($"{where}: {words.Length} numbers; 5 were expected (class, centre x, centre y, width, height).");
        return Array.ConvertAll(words, word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new BadDataSetException($"{where}: '{word}' is not a number."));
    }

    private static string Name(string where, double index, IReadOnlyList<string> names) =>
        index >= 0 && index < names.Count && index == Math.Floor(index)
            ? names[(int)index]
            : throw new BadDataSetException(string.Create(CultureInfo.InvariantCulture,
                $"{where}: the class {index} does not exist; there are {names.Count} classes, counted from 0."));

    private static BoxCorners Corners(string where, ReadOnlySpan<double> values, int width, int height)
    {
        // Ultralytics has the same tolerance; values in pixels are far beyond it.
        const double Tolerance = 0.01;
        foreach (var value in values)
        {
            if (!(Math.Abs(value) <= 1 + Tolerance))
                throw new BadDataSetException(string.Create(CultureInfo.InvariantCulture,
                    $"{where}: {value} is not a fraction of the image; 0 to 1 was expected."));
        }
        if (values.Length == 4)
        {
            var (x, y, w, h) = (values[0], values[1], values[2], values[3]);
            return new((x - w / 2) * width, (y - h / 2) * height, (x + w / 2) * width, (y + h / 2) * height);
        }
        var (left, top, right, bottom) = (double.MaxValue, double.MaxValue, double.MinValue, double.MinValue);
        for (var i = 0; i < values.Length; i += 2)
        {
            (left, right) = (Math.Min(left, values[i]), Math.Max(right, values[i]));
            (top, bottom) = (Math.Min(top, values[i + 1]), Math.Max(bottom, values[i + 1]));
        }
        return new(left * width, top * height, right * width, bottom * height);
    }
}

/// <summary>Finds the images of a YOLO data set, the label file of each, and the class names.</summary>
internal static class YoloImages
{
    public static (List<(string Image, string Label)> Images, IReadOnlyList<string> Names) Find(
        string path, DetectionDataSetOptions options, DataSetWarnings warnings)
    {
        var data = Directory.Exists(path) ? DataSetLayout.YoloYaml(path) : IsDataFile(path) ? path : null;
        if (data is not null)
        {
            var file = YoloDataFile.Load(data);
            var names = options.ClassNames ?? file.Names() ?? throw new BadDataSetException($"{data}: has no 'names' of the classes.");
            var sources = options.Images is { } folderOfImages ? [folderOfImages] : file.Sources(options.Split);
            return (WithLabels(sources.SelectMany(source => From(source, warnings))), names);
        }
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        var classes = options.ClassNames ?? NamesIn(folder);
        return (WithLabels(From(File.Exists(path) ? path : options.Images ?? ImageFolder(path, options.Split), warnings)), classes);
    }

    /// <summary>Whether a file names images and classes: Ultralytics' YAML, or Darknet's <c>.data</c>.</summary>
    private static bool IsDataFile(string path) => Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml" or ".data";

    /// <summary>
    /// The label file of an image: the last folder called <c>images</c> (or VOC's <c>JPEGImages</c>) on its path replaced by
    /// <c>labels</c>, as Darknet and Ultralytics do; where that does not exist, the file beside the image.
    /// </summary>
    public static string LabelOf(string image) => LabelOf(image, Path.DirectorySeparatorChar);

    /// <param name="image">The image.</param>
    /// <param name="separator">What separates the names of its path, beside <c>/</c>.</param>
    internal static string LabelOf(string image, char separator)
    {
        var beside = Path.ChangeExtension(image, ".txt");
        var parts = PortablePath.Of(image, separator).Split('/');
        var images = Array.FindLastIndex(parts, part => part is "images" or "JPEGImages");
        if (images < 0) return beside;
        parts[images] = "labels";
        var label = Path.ChangeExtension(string.Join('/', parts), ".txt");
        return File.Exists(label) || !File.Exists(beside) ? label : beside;
    }

    private static List<(string, string)> WithLabels(IEnumerable<string> images) =>
        [.. images.Select(Path.GetFullPath).Select(image => (image, LabelOf(image)))];

    private static IEnumerable<string> From(string source, DataSetWarnings warnings)
    {
        if (!File.Exists(source)) return ImageWalk.In(source, recursive: true, warnings.Add);
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
            var where = $"{list}({number})";
            var image = DataSetFile.Resolve(folder, line, where);
            if (!File.Exists(image)) image = DataSetFile.Resolve(Environment.CurrentDirectory, line, where);
            if (!ImageFiles.IsImage(image))
                throw new BadDataSetException($"{list}({number}): '{line}' is not a path of an image; one per line was expected.");
            if (File.Exists(image)) yield return image;
            else warnings.Add($"{list}({number}): there is no image '{line}'; it was skipped");
        }
    }

    private static string ImageFolder(string path, string? split)
    {
        var images = Path.Combine(path, "images");
        if (!Directory.Exists(images)) images = path;
        if (split is null) return images;
        var folder = Path.Combine(images, split);
        if (Directory.Exists(folder)) return folder;
        var others = Directory.EnumerateDirectories(images).Select(Path.GetFileName).Order(StringComparer.Ordinal).DefaultIfEmpty("no folders");
        throw new BadDataSetException($"{folder}: there is no split '{split}'; {images} has {string.Join(", ", others)}.");
    }

    private static IReadOnlyList<string> NamesIn(string folder)
    {
        string[] patterns = ["*.names", "classes.txt"];
        var files = new[] { folder, Path.Combine(folder, "labels") }.Where(Directory.Exists)
            .SelectMany(folder => patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern))).Order(StringComparer.Ordinal).ToList();
        return files switch
        {
            [var only] => ClassNames.Read(only),
            [] => throw new BadDataSetException(
                $"{folder}: YOLO text numbers its classes, and no names for them were found. "
                + "Looked for a .yaml with names, *.names and classes.txt; or give them."),
            _ => throw new BadDataSetException($"{folder}: has several files of class names: {string.Join(", ", files)}; give the names."),
        };
    }
}
