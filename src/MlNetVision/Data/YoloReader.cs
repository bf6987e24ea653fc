using System.Globalization;
using MlNetVision.Files;
using MlNetVision.Imaging;

namespace MlNetVision.Data;

/// <summary>YOLO text: a <c>data.yaml</c>, a Darknet <c>.data</c> file, a list of images, or a folder of images with labels.</summary>
internal static class YoloReader
{
    public static DetectionDataSet Read(string path, DetectionDataSetOptions options, DataSetReport report)
    {
        var (images, names, keyPoints) = YoloImages.Find(path, options, report);
        ClassNames.Check(names, path);
        var builder = new DetectionDataSetBuilder(report);
        var (withLabels, withoutLabels, seen) = (0, 0, new HashSet<string>(StringComparer.Ordinal));
        foreach (var (image, label) in images)
        {
            if (!seen.Add(image))
            {
                report.Warn($"{image}: is listed twice; it counts once");
                continue;
            }
            if (!File.Exists(label)) withoutLabels++;
            else withLabels++;
            try
            {
                builder.Add(new(image, image, path, null, File.Exists(label) ? new YoloLabels(label, names, keyPoints, report).Boxes(options.Shapes) : []));
            }
            catch (Exception e) when (DataSetReport.IsOfFile(e))
            {
                report.LeaveOut(LeftOutKind.UnreadableLabels, label, e);
            }
        }
        if (withLabels == 0 && seen.FirstOrDefault() is { } first)
            throw new BadDataSetException($"{path}: none of {seen.Count} images has labels; for {first} looked for {YoloImages.LabelOf(first)}.");
        if (withoutLabels > 0) report.Warn($"{path}: {withoutLabels} of {seen.Count} images have no labels; they count as images without objects");
        return builder.Build(path, DetectionDataSetFormat.Yolo, names);
    }
}

/// <summary>
/// One file of YOLO labels. A line is a class and a box, which may be followed by key points (as many as <c>kpt_shape</c> says) or by a confidence,
/// or a class and a polygon, perhaps followed by a confidence.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="names">The names of the classes.</param>
/// <param name="keyPoints">The numbers that key points take after a box; 0: not stated.</param>
/// <param name="report">Receives what is odd.</param>
internal sealed class YoloLabels(string path, IReadOnlyList<string> names, int keyPoints, DataSetReport report)
{
    private const int Box = 5;

    // Ultralytics has the same tolerance; values in pixels are far beyond it.
    private const double Tolerance = 0.01;

    /// <param name="shapes">Whether polygons are kept.</param>
    /// <exception cref="BadDataSetException">A line cannot be understood; the message names it.</exception>
    public IReadOnlyList<LabelledBox> Boxes(bool shapes)
    {
        var boxes = new List<LabelledBox>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (number, line) in DataSetFile.Lines(path))
        {
            var where = $"{path}({number})";
            if (!seen.Add(line))
            {
                report.Warn($"{where}: repeats a line; it counts once");
                continue;
            }
            var values = Numbers(where, line);
            var (corners, polygon) = Corners(where, values);
            var shape = shapes && polygon is not null ? new LabelledShape([polygon]) : null;
            boxes.Add(new(where, Name(where, values[0]), corners) { IsFraction = true, Shape = shape });
        }
        return boxes;
    }

    private static double[] Numbers(string where, string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < Box)
            throw new BadDataSetException($"{where}: {words.Length} numbers; 5 were expected (class, centre x, centre y, width, height).");
        return Array.ConvertAll(words, word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new BadDataSetException($"{where}: '{word}' is not a number."));
    }

    private string Name(string where, double index) =>
        index >= 0 && index < names.Count && index == Math.Floor(index)
            ? names[(int)index]
            : throw new BadDataSetException(string.Create(CultureInfo.InvariantCulture,
                $"{where}: the class {index} does not exist; there are {names.Count} classes, counted from 0."));

    /// <summary>The box, and the polygon that it was made of.</summary>
    private (BoxCorners Box, double[]? Polygon) Corners(string where, double[] values)
    {
        var stated = Box + keyPoints;
        if (values.Length == Box || values.Length == stated) return (Around(where, values), null);
        if (values.Length == Box + 1 || values.Length == stated + 1)
        {
            TakeExtra(where, values[^1]);
            return (Around(where, values), null);
        }
        // Of a track: a confidence, and its number.
        if (values.Length == stated + 2 && values[^1] > 1)
        {
            TakeExtra(where, values[^2]);
            TakeExtra(where, values[^1]);
            return (Around(where, values), null);
        }
        if (keyPoints > 0)
        {
            throw new BadDataSetException(
                $"{where}: {values.Length} numbers; {stated} were expected (class, centre x, centre y, width, height, and {keyPoints} of key points by kpt_shape).");
        }
        if (LooksLikeKeyPoints(values))
        {
            report.WarnOnce("key points", $"{where}: {values.Length - Box} numbers after the box are taken as key points, and not used; "
                + "kpt_shape in the data file would state them");
            return (Around(where, values), null);
        }
        // Ultralytics' polygon, class x1 y1 x2 y2 x3 y3 …: an odd number from 7 on.
        var hasConfidence = values.Length % 2 == 0;
        RequireFractions(where, values.AsSpan(1));
        report.WarnOnce(hasConfidence ? "polygon confidence" : "polygon", $"{where}: {values.Length - 1} numbers are taken as a polygon"
            + $"{(hasConfidence ? " and a confidence, which is not used" : "")}; kpt_shape in the data file would state key points");
        var polygon = values[1..(hasConfidence ? ^1 : ^0)];
        return (BoxCorners.Around(polygon)!.Value, polygon);
    }

    /// <summary>A number behind a box: a confidence, or the number of a track.</summary>
    private void TakeExtra(string where, double value)
    {
        if (value > 1 && value == Math.Floor(value))
        {
            report.WarnOnce("track", $"{where}: the last number is taken as that of a track, and not used");
            return;
        }
        RequireFractions(where, [value]);
        report.WarnOnce("confidence", $"{where}: the last number is taken as a confidence, and not used");
    }

    private static BoxCorners Around(string where, double[] values)
    {
        RequireFractions(where, values.AsSpan(1, 4));
        var (x, y, w, h) = (values[1], values[2], values[3], values[4]);
        return new(x - w / 2, y - h / 2, x + w / 2, y + h / 2);
    }

    /// <summary>
    /// Whether the numbers after a box are key points of x, y and visibility, which is 0, 1 or 2: no polygon has a 2, and one with a confidence
    /// hardly has whole numbers in each third place.
    /// </summary>
    private static bool LooksLikeKeyPoints(double[] values)
    {
        if ((values.Length - Box) % 3 != 0) return false;
        var any2 = false;
        for (var i = Box + 2; i < values.Length; i += 3)
        {
            if (values[i] is not (0 or 1 or 2)) return false;
            any2 |= values[i] == 2;
        }
        return any2 || values.Length % 2 == 0;
    }

    private static void RequireFractions(string where, ReadOnlySpan<double> values)
    {
        foreach (var value in values)
        {
            if (!(Math.Abs(value) <= 1 + Tolerance))
                throw new BadDataSetException(string.Create(CultureInfo.InvariantCulture,
                    $"{where}: {value} is not a fraction of the image; 0 to 1 was expected."));
        }
    }
}

/// <summary>Finds the images of a YOLO data set, the label file of each, and the class names.</summary>
internal static class YoloImages
{
    /// <returns>The images, the class names, and the numbers that key points take in a line (0: not stated).</returns>
    public static (List<(string Image, string Label)> Images, IReadOnlyList<string> Names, int KeyPoints) Find(
        string path, DetectionDataSetOptions options, DataSetReport report)
    {
        var data = Directory.Exists(path) ? DataSetLayout.YoloYaml(path) ?? DataSetLayout.DarknetData(path) : IsDataFile(path) ? path : null;
        if (data is not null)
        {
            var file = YoloDataFile.Load(data);
            var names = options.ClassNames ?? file.Names() ?? throw new BadDataSetException($"{data}: has no 'names' of the classes.");
            var sources = options.Images is { } folderOfImages ? [folderOfImages] : file.Sources(options.Split);
            return (WithLabels(sources.SelectMany(source => From(source, report))), names, file.KeyPoints());
        }
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        var classes = options.ClassNames ?? NamesIn(folder);
        return (WithLabels(From(File.Exists(path) ? path : options.Images ?? ImageFolder(path, options.Split), report)), classes, 0);
    }

    /// <summary>Whether a file names images and classes: Ultralytics' YAML, or Darknet's <c>.data</c>.</summary>
    public static bool IsDataFile(string path) => Path.GetExtension(path).ToLowerInvariant() is ".yaml" or ".yml" or ".data";

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
        if (images >= 0) parts[images] = "labels";
        string[] places = images < 0 ? [beside] : [Path.ChangeExtension(string.Join('/', parts), ".txt"), beside];
        return places.Concat(places.Select(place => Path.ChangeExtension(place, ".TXT"))).FirstOrDefault(File.Exists) ?? places[0];
    }

    private static List<(string, string)> WithLabels(IEnumerable<string> images) =>
        [.. images.Select(Path.GetFullPath).Select(image => (image, LabelOf(image)))];

    private static IEnumerable<string> From(string source, DataSetReport report)
    {
        if (!File.Exists(source)) return InFolder(source, report);
        return ImageFiles.IsImage(source)
            ? throw new BadDataSetException($"{source}: a folder of images or a list of their paths was expected, not an image.")
            : Listed(source, report);
    }

    private static IReadOnlyList<string> InFolder(string folder, DataSetReport report)
    {
        var others = new UnreadFormats();
        var images = ImageWalk.In(folder, recursive: true, error => report.LeaveOut(LeftOutKind.UnreadableFolder, folder, error), others);
        report.LeaveOut(others);
        return images;
    }

    private static IEnumerable<string> Listed(string list, DataSetReport report)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(list))!;
        foreach (var (number, line) in DataSetFile.Lines(list))
        {
            // Ultralytics reads paths from the list's folder, Darknet from the current one.
            var where = $"{list}({number})";
            var image = DataSetFile.Resolve(folder, line, where);
            if (!File.Exists(image)) image = DataSetFile.Resolve(Environment.CurrentDirectory, line, where);
            if (!File.Exists(image) && DataSetFile.WithoutData(line) is { } below) image = DataSetFile.Resolve(folder, below, where);
            if (!ImageFiles.IsImage(image))
                report.LeaveOut(LeftOutKind.UnusableEntry, where, $"{where}: '{line}' is not a path of an image; one per line was expected.");
            else if (File.Exists(image)) yield return image;
            else report.LeaveOut(LeftOutKind.MissingImage, line, $"{where}: there is no image '{line}'.");
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
            [var first, ..] when ClassNames.Read(first) is var names
                && files.Skip(1).All(other => ClassNames.Read(other).SequenceEqual(names, StringComparer.Ordinal)) => names,
            [] => throw new BadDataSetException(
                $"{folder}: YOLO text numbers its classes, and no names for them were found. "
                + "Looked for a .yaml with names, *.names and classes.txt; add a classes.txt with one name per line."),
            _ => throw new BadDataSetException($"{folder}: has several files of class names: {string.Join(", ", files)}; expected one of them."),
        };
    }
}
