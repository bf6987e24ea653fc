using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace MlNetVision.Detection.Labels;

public static partial class DetectionLabels
{
    /// <summary>
    /// The lines of YOLO text for an image, in the form that its detections call for: with masks <c>class x y x y …</c>, with angles the four corners,
    /// with key points <c>class x y width height</c> and x, y, visibility (2 seen, else 0 0 0) of each, otherwise the box alone. All as fractions of the image.
    /// </summary>
    /// <remarks>
    /// A line holds one polygon. That of a mask with several parts or holes goes from one part to the next and back on the same way: filled by the
    /// even-odd rule, it gives the mask.
    /// </remarks>
    /// <param name="result">The detections of an image.</param>
    /// <returns>One line for each object; empty where there is none, which labels the image as background.</returns>
    public static string ToYolo(DetectionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var text = new StringBuilder();
        var (keyPoints, found) = (KeyPointsOf(result), result.Detections);
        var (hasAngles, hasMasks) = (found.Any(d => d.Angle is not null), found.Any(d => d.Mask is not null));
        foreach (var one in Within(result))
        {
            var values = keyPoints > 0 ? [.. Box(one, result), .. KeyPoints(one, result, keyPoints)]
                : hasAngles ? Polygon([.. one.Corners.SelectMany(c => new[] { c.X, c.Y })], result)
                : hasMasks ? Polygon(Outline(one), result)
                : Box(one, result);
            text.Append(CultureInfo.InvariantCulture, $"{one.ClassIndex}");
            foreach (var value in values) text.Append(CultureInfo.InvariantCulture, $" {value:0.#######}");
            text.Append('\n');
        }
        return text.ToString();
    }

    /// <summary>The number of key points of the objects of an image; 0 where they have none.</summary>
    public static int KeyPointsOf(DetectionResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return result.Detections.Select(d => d.KeyPoints?.Count ?? 0).DefaultIfEmpty().Max();
    }

    /// <summary>The <c>data.yaml</c> of a data set of YOLO text.</summary>
    /// <param name="classNames">The names of the classes by index.</param>
    /// <param name="images">The folder of the images or the list of their paths, seen from the file's folder.</param>
    /// <param name="keyPoints">The number of key points of each object; 0: none.</param>
    public static string ToYoloData(IReadOnlyList<string> classNames, string images, int keyPoints = 0)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        ArgumentNullException.ThrowIfNull(images);
        var text = new StringBuilder($"train: {Quote(images)}\nval: {Quote(images)}\n");
        if (keyPoints > 0) text.Append(CultureInfo.InvariantCulture, $"kpt_shape: [{keyPoints}, 3]\n");
        text.Append("names:\n");
        foreach (var (i, name) in classNames.Index()) text.Append(CultureInfo.InvariantCulture, $"  {i}: {Quote(name)}\n");
        return text.ToString();
    }

    private static double[] Box(Detection found, DetectionResult image)
    {
        var box = HullOf(found, image);
        return [((double)box.Left + box.Right) / 2 / image.Width, ((double)box.Top + box.Bottom) / 2 / image.Height,
            (double)box.Width / image.Width, (double)box.Height / image.Height];
    }

    private static IEnumerable<double> KeyPoints(Detection found, DetectionResult image, int count) => Enumerable.Range(0, count).SelectMany(i =>
        found.KeyPoints is { } points && i < points.Count && IsVisible(points[i], image)
            ? new double[] { points[i].X / (double)image.Width, points[i].Y / (double)image.Height, 2 }
            : [0, 0, 0]);

    private static double[] Polygon(IReadOnlyList<float> points, DetectionResult image) =>
        [.. points.Select((value, i) => Math.Clamp(value / (double)(i % 2 == 0 ? image.Width : image.Height), 0, 1))];

    /// <summary>The outline of a mask as one polygon; that of the box where there is no mask.</summary>
    private static IReadOnlyList<float> Outline(Detection found)
    {
        if (found.Mask is not { Area: > 0 } mask) return [.. found.Corners.SelectMany(c => new[] { c.X, c.Y })];
        var polygons = mask.ToPolygons();
        if (polygons is [var only]) return only;
        var (x, y) = (polygons[0][0], polygons[0][1]);
        List<float> ring = [.. polygons[0], x, y];
        foreach (var part in polygons.Skip(1))
        {
            // Along the edges of pixels, so that no centre lies on the way.
            ring.AddRange([x, part[1], .. part, part[0], part[1], x, part[1], x, y]);
        }
        return ring;
    }

    /// <summary>A text of YAML: quoted as JSON quotes it, which YAML 1.2 includes.</summary>
    private static string Quote(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
