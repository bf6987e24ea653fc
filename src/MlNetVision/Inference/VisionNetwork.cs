using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Inference;

/// <summary>A network and the settings of its task, read from the model and the user's options.</summary>
/// <param name="Model">The network.</param>
/// <param name="Input">Its image input.</param>
internal abstract record VisionNetwork(OnnxModel Model, NetworkInput Input)
{
    /// <summary>Notes on what neither the model nor an option states, with the value in use: one sentence each.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>How images become the input.</summary>
    public abstract PipelineSettings Pipeline { get; }

    /// <summary>The network for a saved pipeline, with the settings in its metadata.</summary>
    public abstract OnnxModel Prepare();
}

/// <summary>The settings of a chain, in the metadata of the saved network; tasks add members of their own.</summary>
internal abstract record PipelineSettings
{
    /// <summary>How an image is resized to the network's size.</summary>
    public required ResizeOptions Resize { get; init; }

    /// <summary>The name of the input normalisation; see <see cref="PixelNormalization.Parse"/>.</summary>
    public required string Preprocess { get; init; }

    /// <summary>The user's name of the column, or columns, that a hand-made chain parses, for messages; null in whole chains.</summary>
    public string? OutputsColumn { get; init; }

    /// <summary>The user's name of the column of geometries, likewise.</summary>
    public string? GeometryColumn { get; init; }
}

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
