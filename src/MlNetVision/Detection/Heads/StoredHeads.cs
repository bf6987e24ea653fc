using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import;

namespace MlNetVision.Detection;

/// <summary>The format of heads that stand as a list of JSON under one key of a model's metadata, and that an importer describes.</summary>
internal static class StoredHeads
{
    /// <summary>More classes come from a damaged file; each gets a name.</summary>
    private const int MostClasses = 1 << 20;

    /// <summary>Makes the format.</summary>
    /// <param name="name">Its name in saved pipelines; with the library's prefix it is the key of the metadata.</param>
    /// <param name="one">The JSON of a head.</param>
    /// <param name="several">The JSON of several.</param>
    /// <param name="fromImport">Makes the head of an output that an importer describes; null for outputs of other kinds.</param>
    public static DetectionHeadFormat Format<T>(
        string name, JsonTypeInfo<T> one, JsonTypeInfo<T[]> several, Func<OnnxModel, ImportedOutput, IDetectionHead?> fromImport)
        where T : class, IDetectionHead
    {
        var key = VisionMetadata.Prefix + name;
        return new(name, model => Read(model, key, several), json => JsonSerializer.Deserialize(json, one) ?? throw new JsonException("null"))
        {
            FromImport = fromImport,
            Write = (model, heads) => model.Metadata[key] = JsonSerializer.Serialize([.. heads.Cast<T>()], several),
        };
    }

    private static T[]? Read<T>(OnnxModel model, string key, JsonTypeInfo<T[]> several)
        where T : class, IDetectionHead
    {
        if (model.Metadata[key] is not { } text) return null;
        try
        {
            return JsonSerializer.Deserialize(text, several) is { Length: > 0 } heads && heads.All(h => h is { Classes: > 0 and <= MostClasses })
                ? heads
                : throw new JsonException($"expected heads with 1 to {MostClasses} classes");
        }
        catch (JsonException e)
        {
            throw new BadModelException($"{model.Name}: the metadata '{key}' is not a list of detection heads: {e.Message}", e);
        }
    }

    /// <summary>A whole number that an importer states.</summary>
    /// <exception cref="BadModelException">It lies outside the bounds.</exception>
    public static int Integer(OnnxModel model, ImportedOutput output, string parameter, int least, int most = int.MaxValue) =>
        output.Number(parameter, double.NaN) is var number && number >= least && number <= most && number == Math.Floor(number)
            ? (int)number
            : throw ImportedMetadata.Bad(model, $"{number} as {parameter} of the output '{output.Output}'", $"a whole number from {least} to {most}");
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(GaussianYoloHead[]))]
[JsonSerializable(typeof(YoloV1Head[]))]
[JsonSerializable(typeof(YoloTreeHead[]))]
[JsonSerializable(typeof(YoloV8Head[]))]
[JsonSerializable(typeof(EndToEndYoloHead[]))]
[JsonSerializable(typeof(YoloV5Head[]))]
[JsonSerializable(typeof(YoloV7EndToEndHead[]))]
[JsonSerializable(typeof(YoloXHead[]))]
[JsonSerializable(typeof(FastestDetHead[]))]
[JsonSerializable(typeof(YoloFastestV2Head[]))]
[JsonSerializable(typeof(NanoDetHead[]))]
[JsonSerializable(typeof(UltraFaceHead[]))]
[JsonSerializable(typeof(YuNetHead[]))]
[JsonSerializable(typeof(BlazeFaceHead[]))]
[JsonSerializable(typeof(YoloV8FaceHead[]))]
internal sealed partial class StoredHeadTypes : JsonSerializerContext;
