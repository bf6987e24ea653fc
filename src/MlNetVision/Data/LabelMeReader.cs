using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetVision.Data;

/// <summary>LabelMe (github.com/wkentaro/labelme): one JSON file per image, beside it or in a folder of their own.</summary>
internal static class LabelMeReader
{
    public static DetectionDataSet Read(string path, DetectionDataSetOptions options, DataSetReport report)
    {
        var builder = new DetectionDataSetBuilder(report);
        var allowed = new AllowedClasses(options.ClassNames);
        foreach (var labelled in LabelMeFolder.Read(path, options.Images, options.Split, report))
        {
            try
            {
                builder.Add(labelled.ToImage(allowed, report));
            }
            catch (BadDataSetException e)
            {
                report.LeaveOut(LeftOutKind.UnreadableLabels, labelled.Json, e.Message, e);
            }
        }
        var names = options.ClassNames ?? [.. builder.Labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return builder.Build(path, DetectionDataSetFormat.LabelMe, names);
    }
}

/// <summary>Finds the files of LabelMe and their images.</summary>
internal static class LabelMeFolder
{
    /// <summary>The files that have an image; the others are left out.</summary>
    /// <param name="path">A folder, with its sub-folders, or one file.</param>
    /// <param name="images">The folder of the images; null: each beside its file.</param>
    /// <param name="split">A sub-folder; null: all.</param>
    /// <param name="report">Receives what is left out.</param>
    public static IEnumerable<LabelMeImage> Read(string path, string? images, string? split, DataSetReport report)
    {
        if (split is not null && !Directory.Exists(path = Path.Combine(path, split)))
            throw new BadDataSetException($"{path}: LabelMe has no splits, and there is no such folder of labels.");
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        void Skip(string error) => report.LeaveOut(LeftOutKind.UnreadableFolder, folder, error);
        IReadOnlyList<string> files = Directory.Exists(path) ? ImageWalk.Files(path, DataSetLayout.IsJson, recursive: true, Skip) : [path];
        var known = images is null ? null : new ImagesByName(images, report);
        foreach (var json in files)
        {
            if (TryLoad(json, report) is not { } file) continue;
            var id = ImagesByName.RelativeStem(folder, json);
            if (ImageOf(json, id, file, known) is { } image) yield return new(id, json, image, file);
            else report.LeaveOut(LeftOutKind.MissingImage, json, $"{json}: there is no image '{file.ImagePath ?? id}'.");
        }
    }

    private static LabelMeFile? TryLoad(string json, DataSetReport report)
    {
        try
        {
            return LabelMeFile.Load(json);
        }
        catch (Exception e) when (DataSetReport.IsOfFile(e))
        {
            report.LeaveOut(LeftOutKind.UnreadableLabels, json, e);
            return null;
        }
    }

    private static string? ImageOf(string json, string id, LabelMeFile file, ImagesByName? images)
    {
        var name = string.IsNullOrWhiteSpace(file.ImagePath) ? null : file.ImagePath;
        if (images is not null) return images.Find(id, name is null ? null : Path.GetFileName(name.Replace('\\', '/')));
        var folder = Path.GetDirectoryName(Path.GetFullPath(json))!;
        if (name is not null && DataSetFile.Resolve(folder, name, json) is var stated && File.Exists(stated)) return stated;
        return Imaging.ImageFiles.Extensions.Select(extension => Path.ChangeExtension(json, extension)).FirstOrDefault(File.Exists);
    }
}

/// <summary>An image with its LabelMe file.</summary>
/// <param name="Id">The file's path below its folder, without extension.</param>
/// <param name="Json">The file.</param>
/// <param name="Image">The image's file.</param>
/// <param name="File">What the file holds.</param>
internal sealed record LabelMeImage(string Id, string Json, string Image, LabelMeFile File)
{
    /// <summary>The boxes around the shapes.</summary>
    /// <exception cref="BadDataSetException">A shape has no label, or a class that is not among the given ones.</exception>
    public LabelledImage ToImage(AllowedClasses allowed, DataSetReport report)
    {
        var boxes = new List<LabelledBox>();
        for (var i = 0; i < File.Shapes!.Count; i++)
        {
            var where = FormattableString.Invariant($"{Json}: shapes[{i}]");
            var shape = File.Shapes[i];
            if (string.IsNullOrWhiteSpace(shape?.Label)) throw new BadDataSetException($"{where} has no label.");
            allowed.Require(shape.Label.Trim(), where);
            if (shape.Corners is { AreFinite: true } corners) boxes.Add(new(where, shape.Label.Trim(), corners));
            else report.LeaveOut(LeftOutKind.UnusableEntry, where, shape.WithoutArea(where));
        }
        return new(Id, Image, Json, File.Size, boxes);
    }
}

/// <summary>What a LabelMe file holds; the image in it is passed over.</summary>
internal sealed class LabelMeFile
{
    /// <summary>The file may hold its image, encoded as text.</summary>
    private const long MaxBytes = 256L << 20;

    [JsonPropertyName("shapes"), JsonRequired] public List<Shape?>? Shapes { get; set; }
    [JsonPropertyName("imagePath"), JsonConverter(typeof(LooseText))] public string? ImagePath { get; set; }
    [JsonPropertyName("imageWidth"), JsonConverter(typeof(LooseNumber))] public double? Width { get; set; }
    [JsonPropertyName("imageHeight"), JsonConverter(typeof(LooseNumber))] public double? Height { get; set; }

    /// <summary>The stated size; null where it is missing or no size.</summary>
    [JsonIgnore]
    public (int Width, int Height)? Size => StatedSize.Of(Width, Height);

    public static LabelMeFile Load(string path)
    {
        using var stream = new PythonJsonStream(DataSetFile.Open(path, MaxBytes));
        try
        {
            return JsonSerializer.Deserialize(stream, LabelMeJson.Default.LabelMeFile) is { Shapes: not null } file
                ? file
                : throw new BadDataSetException($"{path}: 'shapes' was expected; it is null.");
        }
        catch (JsonException e)
        {
            throw new BadDataSetException($"{path}({e.LineNumber + 1}): is not a LabelMe file (shapes, imagePath): {e.Message}", e);
        }
    }

    internal sealed class Shape
    {
        [JsonPropertyName("label"), JsonConverter(typeof(LooseText))] public string? Label { get; set; }
        [JsonPropertyName("shape_type"), JsonConverter(typeof(LooseText))] public string? ShapeType { get; set; }
        [JsonPropertyName("points")] public List<double[]?>? Points { get; set; }

        /// <summary>The type; files of the first versions hold polygons only.</summary>
        [JsonIgnore]
        public string Type => ShapeType ?? "polygon";

        /// <summary>The points, x and y in turn; null where there are too few, or one has no two coordinates.</summary>
        [JsonIgnore]
        public double[]? Coordinates => Points is { Count: >= 2 } points && points.TrueForAll(point => point is [_, _, ..])
            ? [.. points.SelectMany(point => point![..2])]
            : null;

        /// <summary>The outline as a polygon, x and y in turn; null where the shape has no area by its kind.</summary>
        [JsonIgnore]
        public double[]? Outline => Type switch
        {
            "rectangle" when Corners is var (left, top, right, bottom) => [left, top, right, top, right, bottom, left, bottom],
            "circle" when Corners is var (left, top, right, bottom) => Ring((left + right) / 2, (top + bottom) / 2, (right - left) / 2),
            "polygon" or "rotation" => Coordinates,
            _ => null,
        };

        /// <summary>Why a shape gives neither a box nor an area, in words.</summary>
        public string WithoutArea(string where) =>
            FormattableString.Invariant($"{where}: a {Type} of {Points?.Count ?? 0} points has no area; expected a rectangle, a polygon or a circle.");

        private static double[] Ring(double x, double y, double radius)
        {
            const int Sides = 360;
            return [.. Enumerable.Range(0, Sides).SelectMany(i => new[] { x + radius * Math.Cos(i * Math.Tau / Sides), y + radius * Math.Sin(i * Math.Tau / Sides) })];
        }

        /// <summary>The box around the shape; null where it has no area by its kind. A circle is its centre and a point of its edge.</summary>
        [JsonIgnore]
        public BoxCorners? Corners => Coordinates is not { } at ? null : Type switch
        {
            "rectangle" or "polygon" or "mask" or "rotation" => BoxCorners.Around(at),
            "circle" when Math.Sqrt((at[2] - at[0]) * (at[2] - at[0]) + (at[3] - at[1]) * (at[3] - at[1])) is var r =>
                new(at[0] - r, at[1] - r, at[0] + r, at[1] + r),
            _ => null,
        };
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(LabelMeFile))]
internal sealed partial class LabelMeJson : JsonSerializerContext;
