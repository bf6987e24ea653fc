using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetVision.Data;

/// <summary>The parts of COCO's <c>instances_*.json</c> that boxes need, as tolerantly as Python's programs write and read them.</summary>
internal sealed class CocoFile
{
    // instances_train2017.json has 0.45 GB.
    private const long MaxBytes = 2L << 30;

    [JsonPropertyName("images"), JsonRequired] public List<Image?> Images { get; set; } = [];
    [JsonPropertyName("annotations"), JsonRequired] public List<Annotation?> Annotations { get; set; } = [];
    [JsonPropertyName("categories"), JsonRequired] public List<Category?> Categories { get; set; } = [];

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="polygons">Whether segmentations are kept; otherwise only the boxes around them.</param>
    /// <exception cref="BadDataSetException">It is missing, too large, or no such file.</exception>
    public static CocoFile Load(string path, bool polygons = false)
    {
        using var stream = new PythonJsonStream(DataSetFile.Open(path, MaxBytes));
        try
        {
            var file = JsonSerializer.Deserialize(stream, (polygons ? WithPolygons : CocoJson.Default).CocoFile);
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

    private static CocoJson WithPolygons { get; } = new(new JsonSerializerOptions { Converters = { new KeepPolygons() } });

    internal sealed class Image
    {
        [JsonPropertyName("id"), JsonConverter(typeof(LooseId))] public CocoId? Id { get; set; }
        [JsonPropertyName("file_name"), JsonConverter(typeof(LooseText))] public string? FileName { get; set; }
        [JsonPropertyName("width"), JsonConverter(typeof(LooseNumber))] public double? Width { get; set; }
        [JsonPropertyName("height"), JsonConverter(typeof(LooseNumber))] public double? Height { get; set; }

        /// <summary>The stated size; null where it is missing or no size.</summary>
        [JsonIgnore]
        public (int Width, int Height)? Size => StatedSize.Of(Width, Height);
    }

    internal sealed class Annotation
    {
        [JsonPropertyName("id"), JsonConverter(typeof(LooseId))] public CocoId? Id { get; set; }
        [JsonPropertyName("image_id"), JsonConverter(typeof(LooseId))] public CocoId? ImageId { get; set; }
        [JsonPropertyName("category_id"), JsonConverter(typeof(LooseId))] public CocoId? CategoryId { get; set; }
        [JsonPropertyName("bbox"), JsonConverter(typeof(LooseNumbers))] public double[]? Box { get; set; }
        [JsonPropertyName("iscrowd"), JsonConverter(typeof(LooseNumber))] public double? IsCrowd { get; set; }
        [JsonPropertyName("area"), JsonConverter(typeof(LooseNumber))] public double? StatedArea { get; set; }
        [JsonPropertyName("segmentation"), JsonConverter(typeof(SegmentationConverter))] public CocoSegmentation? Area { get; set; }

        /// <summary>The box, else the smallest one around the segmentation; null where neither is usable.</summary>
        public BoxCorners? Corners(string where, DataSetReport report)
        {
            BoxCorners? box = Box is [var left, var top, var w, var h] ? new(left, top, left + w, top + h) : null;
            if (box is { AreFinite: false }) box = null;
            if (box is { HasArea: true } || Area?.Hull is not { AreFinite: true } hull) return box;
            report.WarnOnce("hull", $"{where}: {WrongBox}; the smallest box around its segmentation is taken");
            return hull;
        }

        /// <summary>Whether it says of no place that anything is there; otherwise it has a box or an area, which may be unreadable.</summary>
        [JsonIgnore]
        public bool IsEmpty => Box is null or { Length: 0 } && Area?.Hull is null;

        /// <summary>What is wrong with the box, in words.</summary>
        [JsonIgnore]
        public string WrongBox => Box switch
        {
            null => "has no bbox",
            { Length: 4 } => "the bbox holds what is no finite number, or has no area",
            var other => string.Create(CultureInfo.InvariantCulture, $"the bbox has {other.Length} numbers; 4 were expected (left, top, width, height)"),
        };
    }

    internal sealed class Category
    {
        [JsonPropertyName("id"), JsonConverter(typeof(LooseId))] public CocoId? Id { get; set; }
        [JsonPropertyName("name"), JsonConverter(typeof(LooseText))] public string? Name { get; set; }
        [JsonPropertyName("supercategory"), JsonConverter(typeof(LooseText))] public string? Supercategory { get; set; }
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(CocoFile))]
internal sealed partial class CocoJson : JsonSerializerContext;

/// <summary>
/// An id of a COCO file, by its text. Whole numbers are equal however they are written (<c>1</c>, <c>1.0</c>, <c>true</c>, <c>"1"</c>), as in
/// Python; the order is that of numbers, then of other texts.
/// </summary>
internal readonly record struct CocoId(string Text) : IComparable<CocoId>
{
    public static CocoId Of(double number) => new(number == Math.Floor(number) && Math.Abs(number) < 1e15
        ? ((long)number).ToString(CultureInfo.InvariantCulture)
        : number.ToString("R", CultureInfo.InvariantCulture));

    public static CocoId Of(string text)
    {
        var trimmed = text.Trim();
        // "1.0" or "0001" in one place and 1 in the other.
        var digits = trimmed.EndsWith(".0", StringComparison.Ordinal) ? trimmed[..^2] : trimmed;
        return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
            ? new(whole.ToString(CultureInfo.InvariantCulture))
            : new(trimmed);
    }

    public int CompareTo(CocoId other)
    {
        var (mine, others) = (Number, other.Number);
        if (mine is { } a && others is { } b) return a != b ? a.CompareTo(b) : string.CompareOrdinal(Text, other.Text);
        return mine is null == others is null ? string.CompareOrdinal(Text, other.Text) : mine is null ? 1 : -1;
    }

    public override string ToString() => Text;

    private Int128? Number => Int128.TryParse(Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>An id of any kind; what is none is null.</summary>
internal sealed class LooseId : LooseConverter<CocoId?>
{
    public override CocoId? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Number when reader.TryGetInt64(out var number):
                return new(number.ToString(CultureInfo.InvariantCulture));
            case JsonTokenType.Number when reader.TryGetUInt64(out var number):
                return new(number.ToString(CultureInfo.InvariantCulture));
            case JsonTokenType.String:
                return CocoId.Of(reader.GetString()!);
            default:
                return NumberAt(ref reader) is { } other ? CocoId.Of(other) : null;
        }
    }
}
