using System.Text.Json;
using System.Text.Json.Serialization;

namespace MlNetVision.Inference;

/// <summary>The parameters of chains as JSON: in the settings column and in the metadata of a saved network.</summary>
internal static class SettingsJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        RespectNullableAnnotations = true,
    };

    public static string Write<T>(T value) => JsonSerializer.Serialize(value, value!.GetType(), Options);

    /// <exception cref="BadModelException">The text is not a valid value; the message names the source.</exception>
    public static T Read<T>(string json, string source)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new JsonException("null");
        }
        catch (JsonException e)
        {
            throw new BadModelException($"{source}: its saved settings cannot be read: {e.Message}", e);
        }
    }
}
