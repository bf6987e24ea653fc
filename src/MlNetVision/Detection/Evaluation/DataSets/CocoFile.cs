using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetVision.Detection.Evaluation.DataSets;

/// <summary>COCO's <c>instances_*.json</c>, as far as detection needs it (https://cocodataset.org/#format-data); segmentations are skipped, not kept.</summary>
internal sealed class CocoFile
{
    // instances_train2017.json has 0.45 GB.
    private const long MaxBytes = 2L << 30;

    [JsonPropertyName("images"), JsonRequired] public List<CocoImage> Images { get; init; } = [];
    [JsonPropertyName("annotations"), JsonRequired] public List<CocoAnnotation> Annotations { get; init; } = [];
    [JsonPropertyName("categories"), JsonRequired] public List<CocoCategory> Categories { get; init; } = [];

    public static CocoFile Load(string path)
    {
        using var stream = DataSetFile.Open(path, MaxBytes);
        try
        {
            var file = JsonSerializer.Deserialize<CocoFile>(stream);
            return file is { Images: not null, Annotations: not null, Categories: not null }
                ? file
                : throw new BadDataSetException($"{path}: 'images', 'annotations' and 'categories' were expected; one is null.");
        }
        catch (JsonException e)
        {
            throw new BadDataSetException($"{path}({e.LineNumber + 1}): is no COCO instances file (images, annotations, categories): {e.Message}", e);
        }
    }

    internal sealed class CocoImage
    {
        [JsonPropertyName("id"), JsonRequired] public long Id { get; init; }
        [JsonPropertyName("file_name"), JsonRequired] public string FileName { get; init; } = "";
        [JsonPropertyName("width")] public int Width { get; init; }
        [JsonPropertyName("height")] public int Height { get; init; }
    }

    internal sealed class CocoAnnotation
    {
        [JsonPropertyName("id")] public long? Id { get; init; }
        [JsonPropertyName("image_id"), JsonRequired] public long ImageId { get; init; }
        [JsonPropertyName("category_id"), JsonRequired] public long CategoryId { get; init; }
        [JsonPropertyName("bbox"), JsonRequired] public double[] Box { get; init; } = [];
        [JsonPropertyName("iscrowd")] public int IsCrowd { get; init; }
    }

    internal sealed class CocoCategory
    {
        [JsonPropertyName("id"), JsonRequired] public long Id { get; init; }
        [JsonPropertyName("name"), JsonRequired] public string Name { get; init; } = "";
    }
}
