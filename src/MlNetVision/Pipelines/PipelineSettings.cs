using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetVision.Imaging;

namespace MlNetVision.Pipelines;

/// <summary>What every task's chain needs to know of its resize, as JSON in the settings column; tasks add members of their own.</summary>
internal record PipelineSettings
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>How a picture is brought to the network's size.</summary>
    public required ResizeOptions Resize { get; init; }

    /// <summary>The name of the pre-processing; see <see cref="PixelNormalization.Parse"/>.</summary>
    public required string Preprocess { get; init; }

    public string ToJson() => JsonSerializer.Serialize(this, GetType(), Json);

    public static T FromJson<T>(string json, string source) where T : PipelineSettings
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Json) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new BadModelException($"{source}: its saved settings cannot be read: {e.Message}", e);
        }
    }
}
