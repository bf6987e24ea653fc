using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>A format of heads: how they are read from a model's metadata and from a saved pipeline.</summary>
/// <param name="Name">Its name in saved pipelines, such as <c>yolo-grid</c>.</param>
/// <param name="Read">
/// Reads the heads from a model's metadata; null where it has none of this format. It throws <see cref="BadModelException"/> where the
/// metadata is damaged.
/// </param>
/// <param name="FromJson">
/// Reads what <see cref="IDetectionHead.ToJson"/> wrote; it throws <see cref="JsonException"/> where the text is invalid.
/// </param>
public sealed record DetectionHeadFormat(string Name, Func<OnnxModel, IReadOnlyList<IDetectionHead>?> Read, Func<string, IDetectionHead> FromJson);

/// <summary>The known formats of detection heads. Thread-safe.</summary>
public static class DetectionHeads
{
    private static readonly Lock Gate = new();
    private static volatile DetectionHeadFormat[] _formats = [YoloHead.HeadFormat];

    /// <summary>The formats, in the order in which they are tried.</summary>
    public static IReadOnlyList<DetectionHeadFormat> Formats => _formats;

    /// <summary>Adds a format behind the existing ones.</summary>
    /// <exception cref="ArgumentException">The name is taken.</exception>
    public static void Register(DetectionHeadFormat format)
    {
        ArgumentNullException.ThrowIfNull(format);
        ArgumentException.ThrowIfNullOrEmpty(format.Name);
        ArgumentNullException.ThrowIfNull(format.Read);
        ArgumentNullException.ThrowIfNull(format.FromJson);
        lock (Gate)
        {
            if (_formats.Any(f => f.Name == format.Name))
                throw new ArgumentException($"There is a format of detection heads called '{format.Name}' already.", nameof(format));
            _formats = [.. _formats, format];
        }
    }

    /// <summary>The heads of a model in words, a line per head: its outputs, and what it is. Empty where the model describes none.</summary>
    /// <exception cref="BadModelException">A description is damaged.</exception>
    public static IEnumerable<string> Describe(OnnxModel model)
    {
        foreach (var head in Of(model) ?? [])
        {
            HeadOutput[] declared = [.. head.Outputs.Select(name => model.Outputs.FirstOrDefault(o => o.Name == name)).OfType<OnnxValue>()
                .Select(HeadOutput.Declared).OfType<HeadOutput>()];
            yield return $"{string.Join(", ", head.Outputs)}: " + (declared.Length == head.Outputs.Count
                ? HeadCode.Call(HeadCode.NameOf(head), nameof(head.Describe), () => head.Describe(declared))
                : FormattableString.Invariant($"{head.Format} of {head.Classes} classes"));
        }
    }

    /// <summary>The heads in a model's metadata; null where there are none.</summary>
    /// <exception cref="BadModelException">The metadata is damaged.</exception>
    public static IReadOnlyList<IDetectionHead>? Of(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return _formats.Select(f => Read(f, model)).FirstOrDefault(heads => heads is { Count: > 0 });
    }

    private static IReadOnlyList<IDetectionHead>? Read(DetectionHeadFormat format, OnnxModel model)
    {
        IReadOnlyList<IDetectionHead>? heads = null;
        HeadCode.Run(NameOf(format), nameof(format.Read), () => heads = format.Read(model));
        foreach (var head in heads ?? []) HeadCode.Check(head, $"the {NameOf(format)}");
        return heads;
    }

    /// <summary>A head of a format, from the JSON that it was saved as.</summary>
    internal static IDetectionHead FromJson(DetectionHeadFormat format, string json)
    {
        IDetectionHead? head = null;
        try
        {
            head = format.FromJson(json);
        }
        catch (Exception e) when (HeadCode.IsFault(e) && e is not JsonException)
        {
            throw HeadCode.Failed(NameOf(format), nameof(format.FromJson), e);
        }
        HeadCode.Check(head, $"the {NameOf(format)}");
        return head;
    }

    private static string NameOf(DetectionHeadFormat format) => $"head format '{format.Name}'";
}

/// <summary>Serialises a head for a saved pipeline: the format's name and the head's JSON.</summary>
internal sealed class DetectionHeadConverter : JsonConverter<IDetectionHead>
{
    public override IDetectionHead Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("format", out var name)
            || !document.RootElement.TryGetProperty("head", out var head))
            throw new JsonException("a detection head has no 'format' and 'head'");
        var format = DetectionHeads.Formats.FirstOrDefault(f => f.Name == name.GetString())
            ?? throw new JsonException(
                $"detection heads of the format '{name}' are unknown; known: {string.Join(", ", DetectionHeads.Formats.Select(f => f.Name))}");
        return DetectionHeads.FromJson(format, head.GetRawText());
    }

    public override void Write(Utf8JsonWriter writer, IDetectionHead value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("format", value.Format);
        writer.WritePropertyName("head");
        writer.WriteRawValue(HeadCode.Json(value));
        writer.WriteEndObject();
    }
}
