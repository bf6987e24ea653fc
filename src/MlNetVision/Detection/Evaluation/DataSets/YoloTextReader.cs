using System.Globalization;

namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>YOLO text: a <c>data.yaml</c>, a Darknet <c>.data</c> file, a list of images, or a folder of images with labels.</summary>
internal static class YoloTextReader
{
    public static DetectionDataSet Read(string path, DetectionDataSetOptions options)
    {
        var warnings = new DataSetWarnings();
        var (images, names) = YoloImages.Find(path, options, warnings);
        DataSetFile.RequireDistinct(names, path);
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
            if (ImageFileIndex.Size(image, path, stated: null, warnings) is not var (width, height)) continue;
            var labelled = File.Exists(label);
            if (labelled) withLabels++;
            found.Add(new(image, image, width, height, labelled ? Read(label, names, warnings, width, height) : []));
        }
        if (withLabels == 0 && found.Count > 0)
            throw new BadDataSetException($"{path}: none of {found.Count} images has labels; for {found[0].Path} looked for {YoloImages.LabelOf(found[0].Path)}.");
        if (found.Count - withLabels is > 0 and var background) warnings.Add($"{path}: {background} of {found.Count} images have no labels; they count as images without objects");
        return new(path, DetectionDataSetFormat.Yolo, names, found, warnings);
    }

    private static List<DetectionTruth> Read(string label, IReadOnlyList<string> names, DataSetWarnings warnings, int width, int height)
    {
        var boxes = new TruthBoxes(warnings, width, height);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (number, line) in DataSetFile.Lines(label))
        {
            var where = $"{label}({number})";
            if (!seen.Add(line)) warnings.Add($"{where}: repeats a line; it counts once");
            else
            {
                var values = Numbers(where, line);
                boxes.Add(where, new(Name(where, values[0], names), default), Corners(where, values.AsSpan(1), width, height));
            }
        }
        return boxes.Truths;
    }

    private static double[] Numbers(string where, string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        // Seven and more, an odd number: Ultralytics' polygon, class x1 y1 x2 y2 x3 y3 …
        if (words.Length != 5 && (words.Length < 7 || words.Length % 2 == 0))
            throw new BadDataSetException($"{where}: {words.Length} numbers; 5 were expected (class, centre x, centre y, width, height).");
        return Array.ConvertAll(words, word => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new BadDataSetException($"{where}: '{word}' is no number."));
    }

    private static string Name(string where, double index, IReadOnlyList<string> names) => index >= 0 && index < names.Count && index == Math.Floor(index)
        ? names[(int)index]
        : throw new BadDataSetException(string.Create(CultureInfo.InvariantCulture, $"{where}: the class {index} does not exist; there are {names.Count}, counted from 0."));

    private static BoxCorners Corners(string where, ReadOnlySpan<double> values, int width, int height)
    {
        // Ultralytics allows the same hundredth; values in pixels go far beyond it.
        const double Tolerance = 0.01;
        foreach (var value in values)
        {
            if (!(Math.Abs(value) <= 1 + Tolerance))
                throw new BadDataSetException(string.Create(CultureInfo.InvariantCulture, $"{where}: {value} is no fraction of the image; 0 to 1 was expected."));
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
