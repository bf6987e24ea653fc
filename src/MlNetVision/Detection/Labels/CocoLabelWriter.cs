using System.Globalization;
using System.Text;
using System.Text.Json;
using MlNetVision.Files;

namespace MlNetVision.Detection.Labels;

/// <summary>
/// Detections as COCO's <c>instances.json</c>, to correct by hand or to train the next model on: boxes, areas, scores, segmentations and key points. It
/// gets its name by <see cref="Commit"/>. The caller disposes it.
/// </summary>
/// <remarks>
/// A mask is a polygon, or run lengths where it has holes or several parts; a turned box is a polygon of its corners. Key points have the visibility 2
/// where they were seen, else 0. Category ids are class indices plus 1. See also the remarks of <see cref="DetectionLabels"/>.
/// </remarks>
public sealed class CocoLabelWriter : IDisposable
{
    private readonly AtomicFileWriter _file;
    private readonly IReadOnlyList<string> _classNames;
    private readonly List<string> _images = [];
    private int _annotations;

    /// <summary>Opens a temporary file beside the final path; missing folders are created.</summary>
    /// <param name="path">The final path.</param>
    /// <param name="classNames">The names of the classes by index.</param>
    /// <exception cref="IOException">The folder cannot be written to.</exception>
    public CocoLabelWriter(string path, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        (_file, _classNames) = (new(path), classNames);
        Write("{\"annotations\":[");
    }

    /// <summary>An image with its annotations, one line of JSON each, for <see cref="Add(string)"/> in this program or a later one.</summary>
    /// <param name="result">The detections.</param>
    /// <param name="fileName">The image's path from the folder of the images, with forward slashes.</param>
    public static string Describe(DetectionResult result, string fileName)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(fileName);
        return string.Join('\n', DetectionLabels.Within(result).Select(found => Annotation(found, result)).Prepend(JsonText.Of(json =>
        {
            json.WriteStartObject();
            json.WriteString("file_name", fileName);
            json.WriteNumber("width", result.Width);
            json.WriteNumber("height", result.Height);
            json.WriteEndObject();
        })));
    }

    /// <summary>Adds an image with its annotations.</summary>
    /// <inheritdoc cref="Describe"/>
    public void Add(DetectionResult result, string fileName) => Add(Describe(result, fileName));

    /// <summary>Adds an image with its annotations; both get their ids, from 1 on.</summary>
    /// <param name="described">What <see cref="Describe"/> gave.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Add(string described)
    {
        ArgumentNullException.ThrowIfNull(described);
        var lines = described.Split('\n');
        _images.Add(string.Create(CultureInfo.InvariantCulture, $"{{\"id\":{_images.Count + 1},{lines[0][1..]}"));
        foreach (var line in lines.Skip(1))
            Write(string.Create(CultureInfo.InvariantCulture, $"{(_annotations++ > 0 ? ",\n" : "\n")}{{\"id\":{_annotations},\"image_id\":{_images.Count},{line[1..]}"));
    }

    /// <summary>Writes the images and the categories, and gives the file its name.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Commit()
    {
        var categories = JsonText.Of(json =>
        {
            json.WriteStartArray();
            foreach (var (i, name) in _classNames.Index())
            {
                json.WriteStartObject();
                json.WriteNumber("id", i + 1);
                json.WriteString("name", name);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        });
        Write("\n],\"images\":[\n");
        Write(string.Join(",\n", _images));
        Write($"\n],\"categories\":{categories}}}\n");
        _file.Commit();
    }

    /// <summary>Closes the file; removes it if it was not committed.</summary>
    public void Dispose() => _file.Dispose();

    private void Write(string text) => _file.Stream.Write(Encoding.UTF8.GetBytes(text));

    private static string Annotation(Detection found, DetectionResult result) => JsonText.Of(json =>
    {
        var box = DetectionLabels.HullOf(found, result);
        json.WriteStartObject();
        json.WriteNumber("category_id", found.ClassIndex + 1);
        WriteList(json, "bbox", [box.Left, box.Top, box.Width, box.Height]);
        json.WriteNumber("area", found.Mask?.Area ?? (found.Angle is null ? box : found.Box).Area);
        json.WriteNumber("iscrowd", 0);
        json.WriteNumber("score", found.Score);
        WriteSegmentation(json, found);
        if (found.KeyPoints is { } points) WriteKeyPoints(json, points, result);
        json.WriteEndObject();
    });

    private static void WriteSegmentation(Utf8JsonWriter json, Detection found)
    {
        if (found.Mask is not { Area: > 0 } mask)
        {
            if (found.Angle is not null) WritePolygon(json, found.Corners.SelectMany(c => new[] { c.X, c.Y }));
            return;
        }
        if (mask.ToPolygons() is [var only])
        {
            WritePolygon(json, only);
            return;
        }
        json.WriteStartObject("segmentation");
        WriteCounts(json, "size", [mask.Height, mask.Width]);
        WriteCounts(json, "counts", mask.ToRunLengths());
        json.WriteEndObject();
    }

    private static void WritePolygon(Utf8JsonWriter json, IEnumerable<float> points)
    {
        json.WriteStartArray("segmentation");
        WriteList(json, null, points);
        json.WriteEndArray();
    }

    private static void WriteKeyPoints(Utf8JsonWriter json, IReadOnlyList<KeyPoint> points, DetectionResult result)
    {
        var seen = points.Select(p => (Point: p, IsSeen: DetectionLabels.IsVisible(p, result))).ToList();
        WriteList(json, "keypoints", seen.SelectMany(p => p.IsSeen ? new float[] { p.Point.X, p.Point.Y, 2 } : [0, 0, 0]));
        json.WriteNumber("num_keypoints", seen.Count(p => p.IsSeen));
    }

    private static void WriteList(Utf8JsonWriter json, string? name, IEnumerable<float> values)
    {
        if (name is not null) json.WritePropertyName(name);
        json.WriteStartArray();
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IEnumerable<int> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values) json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
