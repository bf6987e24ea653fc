using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import;

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
public sealed record DetectionHeadFormat(string Name, Func<OnnxModel, IReadOnlyList<IDetectionHead>?> Read, Func<string, IDetectionHead> FromJson)
{
    /// <summary>Writes heads into a model's metadata, as <see cref="Read"/> reads them. Catalogues and imports need it. Default: null.</summary>
    public Action<OnnxModel, IReadOnlyList<IDetectionHead>>? Write { get; init; }

    /// <summary>
    /// Reads the <c>head</c> of an entry in a catalogue of models, with the entry's labels, and returns what makes the head for a model of that
    /// entry. It throws <see cref="JsonException"/> where the JSON is invalid, with a message that goes on after "should have"; what it returns
    /// throws <see cref="BadModelException"/> where the model's outputs do not fit. Default: null, a catalogue cannot state heads of this format.
    /// </summary>
    public Func<JsonElement, IReadOnlyList<string>, Func<OnnxModel, IDetectionHead>>? FromCatalogue { get; init; }

    /// <summary>
    /// Makes the head of an output that an importer describes; null where its kind is unknown to the format. It throws
    /// <see cref="BadModelException"/> where the importer's parameters are invalid. Default: null, no importer describes heads of this format.
    /// </summary>
    public Func<OnnxModel, ImportedOutput, IDetectionHead?>? FromImport { get; init; }

    /// <summary>The families of networks whose heads are of this format, which the shapes of their outputs tell. Default: none.</summary>
    public IReadOnlyList<HeadFamily> Families { get; init; } = [];
}

/// <summary>The known formats of detection heads. Thread-safe.</summary>
public static class DetectionHeads
{
    private static readonly Lock Gate = new();
    private static volatile DetectionHeadFormat[] _formats =
        [
            YoloHead.HeadFormat, GaussianYoloHead.HeadFormat, YoloV1Head.HeadFormat, YoloTreeHead.HeadFormat, YoloV8Head.HeadFormat,
            EndToEndYoloHead.HeadFormat, YoloV5Head.HeadFormat, YoloV7EndToEndHead.HeadFormat, YoloXHead.HeadFormat, FastestDetHead.HeadFormat,
            YoloFastestV2Head.HeadFormat, NanoDetHead.HeadFormat, UltraFaceHead.HeadFormat, YuNetHead.HeadFormat, BlazeFaceHead.HeadFormat,
            YoloV8FaceHead.HeadFormat,
        ];

    /// <summary>The formats, in the order in which they are tried.</summary>
    public static IReadOnlyList<DetectionHeadFormat> Formats => _formats;

    /// <summary>The names of the families whose heads are recognised by the shapes of their outputs.</summary>
    public static IReadOnlyList<string> FamilyNames => HeadRecognition.Names;

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

    /// <summary>
    /// The heads of a model in words, a line per head: its outputs, and what it is; of a model that names none the one that it was saved with, else the
    /// one that its outputs tell, or those that they could be. Empty where there is none.
    /// </summary>
    /// <exception cref="BadModelException">A description is damaged.</exception>
    public static IEnumerable<string> Describe(OnnxModel model)
    {
        if (Of(model) is not { } heads)
        {
            foreach (var line in SavedIn(model) is { } saved ? Describe(saved) : HeadRecognition.Describe(model)) yield return line;
            yield break;
        }
        foreach (var head in heads)
        {
            HeadOutput[] declared = [.. head.Outputs.Select(name => model.Outputs.FirstOrDefault(o => o.Name == name)).OfType<OnnxValue>()
                .Select(HeadOutput.Declared).OfType<HeadOutput>()];
            yield return $"{string.Join(", ", head.Outputs)}: " + (declared.Length == head.Outputs.Count
                ? HeadCode.Call(HeadCode.NameOf(head), nameof(head.Describe), () => head.Describe(declared))
                : FormattableString.Invariant($"{head.Format} of {head.Classes} classes"));
        }
    }

    /// <summary>
    /// Whether a model can be run as a detector without a word on its heads: its metadata names them, it was saved with them, or its outputs are those
    /// of one family alone.
    /// </summary>
    /// <exception cref="BadModelException">A description is damaged.</exception>
    public static bool AreKnown(OnnxModel model) => Of(model) is not null || SavedIn(model) is not null || HeadRecognition.IsOfOneFamily(model);

    /// <summary>The settings of a saved detector; null: it is none.</summary>
    private static DetectionSettings? SavedIn(OnnxModel model) =>
        model.Metadata[VisionMetadata.TaskKey] == VisionTask.Detect.Name && model.Metadata[SavedNetwork.SettingsKey] is { } json
            ? SettingsJson.Read(json, DetectionSettings.Json, model.Name) : null;

    private static IEnumerable<string> Describe(DetectionSettings saved) => saved.HeadsWithOutputs()
        .Select(h => $"detect · {HeadCode.Call(HeadCode.NameOf(h.Head), nameof(h.Head.Describe), () => h.Head.Describe(h.Outputs))}");

    /// <summary>The heads in a model's metadata; null where there are none.</summary>
    /// <exception cref="BadModelException">The metadata is damaged.</exception>
    public static IReadOnlyList<IDetectionHead>? Of(OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return _formats.Select(f => Read(f, model)).FirstOrDefault(heads => heads is { Count: > 0 });
    }

    /// <summary>Reads the <c>head</c> of an entry in a catalogue, and checks it.</summary>
    /// <exception cref="JsonException">It is invalid; the message goes on after "should have".</exception>
    internal static CatalogueHead ReadCatalogued(JsonElement head, IReadOnlyList<string> labels)
    {
        var name = head.ValueKind == JsonValueKind.Object && head.TryGetProperty("format", out var text) && text.ValueKind == JsonValueKind.String
            ? text.GetString() : null;
        if (_formats.FirstOrDefault(f => f.Name == name) is not { FromCatalogue: { } read } format)
        {
            var known = _formats.Where(f => f.FromCatalogue is not null).Select(f => f.Name);
            throw new JsonException($"a head of the format {string.Join(", ", known)}; found {name ?? "none"}");
        }
        HeadCode.Run(NameOf(format), nameof(format.FromCatalogue), () => read(head, labels), readsJson: true);
        return new CatalogueHead(format.Name, head.GetRawText());
    }

    /// <summary>Writes the head that the catalogue states into the model's metadata; without one, the model's own is kept.</summary>
    /// <exception cref="BadModelException">The model's outputs do not fit.</exception>
    internal static void WriteCatalogued(CatalogueEntry entry, OnnxModel model)
    {
        if (entry.Head is not { } head) return;
        if (_formats.FirstOrDefault(f => f.Name == head.Format) is not { FromCatalogue: { } read, Write: { } write } format)
            throw new BadModelException($"The catalogue's '{entry.Name}' states a head of the format '{head.Format}', which is not known.");
        var made = HeadCode.Call(NameOf(format), nameof(format.FromCatalogue), () =>
        {
            using var json = JsonDocument.Parse(head.Json);
            return read(json.RootElement, entry.Labels)(model);
        });
        HeadCode.Run(NameOf(format), nameof(format.Write), () => write(model, [made]));
    }

    /// <summary>Writes the heads that an importer describes into the network's metadata.</summary>
    /// <exception cref="BadModelException">An output is of an unknown kind, or its parameters are invalid.</exception>
    internal static void WriteImported(ImportedModel imported)
    {
        if (imported.Outputs.Count == 0) return;
        var (model, outputs) = (imported.Model, imported.Outputs);
        foreach (var format in _formats)
        {
            if (format is not { FromImport: { } read, Write: { } write }) continue;
            IDetectionHead?[] heads = [];
            HeadCode.Run(NameOf(format), nameof(format.FromImport), () => heads = [.. outputs.Select(o => read(model, o))]);
            if (heads[0] is null) continue;
            var unknown = Array.IndexOf(heads, null);
            if (unknown >= 0) throw Unknown(outputs[unknown]);
            HeadCode.Run(NameOf(format), nameof(format.Write), () => write(model, heads!));
            return;
        }
        throw Unknown(outputs[0]);

        BadModelException Unknown(ImportedOutput output) => new(
            $"{model.Name}: the importer describes the output '{output.Output}' as '{output.Kind}', which no known format of detection heads reads.");
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
        HeadCode.Run(NameOf(format), nameof(format.FromJson), () => head = format.FromJson(json), readsJson: true);
        HeadCode.Check(head, $"the {NameOf(format)}");
        return head!;
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
