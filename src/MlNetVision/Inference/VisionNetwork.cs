using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlNetVision.Files;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Inference;

/// <summary>A network and the settings of its task, read from the model and the user's options.</summary>
/// <param name="Model">The network.</param>
/// <param name="Input">Its image input.</param>
internal abstract record VisionNetwork(OnnxModel Model, NetworkInput Input)
{
    /// <summary>Notes on what neither the model nor an option states, with the value in use: one sentence each.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>How to state another input normalisation than the one that was assumed.</summary>
    protected const string OtherPreprocess = "--preprocess (Preprocess) states another.";

    /// <summary>What is said of an input normalisation that neither the model nor an option states.</summary>
    /// <param name="preprocess">The one in use.</param>
    /// <param name="usualFor">The networks that it is usual for.</param>
    protected static string AssumedPreprocess(string preprocess, string usualFor) =>
        $"the model does not state its input normalisation; '{preprocess}' is used, as is usual for {usualFor}. {OtherPreprocess}";

    /// <summary>How images become the input.</summary>
    public abstract PipelineSettings Pipeline { get; }

    /// <summary>The devices that the options or the model's metadata ask for; null: none, which is the processor.</summary>
    public DeviceList? Device { get; init; }

    /// <summary>Whether a chain of it is only written to a file, by a machine that need not have its device.</summary>
    public bool IsForFile { get; init; }

    /// <summary>The network for a saved pipeline, with the settings and the device in its metadata.</summary>
    public OnnxModel Prepare()
    {
        var prepared = PrepareForTask();
        if (Device is not null) prepared.SetDevice(Device);
        return prepared;
    }

    /// <summary>The network for a saved pipeline, with the settings in its metadata.</summary>
    protected abstract OnnxModel PrepareForTask();
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

    /// <summary>The settings as JSON, by the task's own type.</summary>
    public abstract string ToJson();
}

/// <summary>The parameters of chains as JSON: in the settings column and in the metadata of a saved network.</summary>
internal static class SettingsJson
{
    /// <summary>The form of a resize, which is a transform of its own.</summary>
    public static JsonTypeInfo<ResizeOptions> Resize { get; } = Form<ResizeOptions>(ResizeJson.Default, []);

    /// <summary>The form of a task's settings: camel case, nothing for null, enumerations as words.</summary>
    /// <param name="types">The generated types.</param>
    /// <param name="defaults">The types that have defaults, besides <see cref="ResizeOptions"/>.</param>
    /// <param name="words">The task's own enumerations; see <see cref="Words{T}"/>.</param>
    public static JsonTypeInfo<T> Form<T>(IJsonTypeInfoResolver types, IEnumerable<Action<JsonTypeInfo>> defaults, params JsonConverter[] words)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            RespectNullableAnnotations = true,
            TypeInfoResolver = types.With([JsonDefaults.Of(() => new ResizeOptions { Width = 0, Height = 0 }), .. defaults]),
        };
        foreach (var converter in words.Concat([Words<ResizeMode>(), Words<Resampler>(), Words<BorderMode>(), Words<LetterboxRounding>(),
            Words<LetterboxPosition>()]))
            options.Converters.Add(converter);
        return (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }

    /// <summary>An enumeration as words in camel case.</summary>
    public static JsonConverter Words<T>() where T : struct, Enum => new JsonStringEnumConverter<T>(JsonNamingPolicy.CamelCase, allowIntegerValues: false);

    /// <exception cref="BadModelException">The text is not a valid value; the message names the source.</exception>
    public static T Read<T>(string json, JsonTypeInfo<T> form, string source)
    {
        try
        {
            var value = JsonSerializer.Deserialize(json, form) ?? throw new JsonException("null");
            if (value is PipelineSettings settings) Check(settings);
            if (value is ResizeOptions resize) Check(resize);
            return value;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            throw new BadModelException($"{source}: its saved settings cannot be read: {e.Message}", e);
        }
    }

    private static void Check(PipelineSettings settings)
    {
        PixelNormalization.Parse(settings.Preprocess);
        Check(settings.Resize);
    }

    private static void Check(ResizeOptions resize)
    {
        if (resize.Width < 1 || resize.Height < 1)
            throw new JsonException(FormattableString.Invariant($"images are resized to {resize.Width}×{resize.Height}; 1×1 or more was expected"));
    }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ResizeOptions))]
internal sealed partial class ResizeJson : JsonSerializerContext;
