using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Import;

namespace MlNetVision.Detection;

/// <summary>Makes the YOLO heads of networks without metadata on them: from given anchors, a catalogue, an imported Darknet network.</summary>
internal static partial class YoloHeadReader
{
    private static readonly Dictionary<string, YoloHeadKind> Kinds = new() { ["region"] = YoloHeadKind.Region, ["yolo"] = YoloHeadKind.Yolo };

    /// <summary>
    /// The heads of an ONNX export whose anchors are given: one output is YOLO v2 (anchors in grid cells, softmax), several
    /// are YOLO v3 (anchors in pixels, divided evenly, the smallest anchors for the finest grid).
    /// </summary>
    /// <exception cref="BadModelException">The outputs are not grids of anchors × (5 + classes) channels.</exception>
    public static IReadOnlyList<YoloHead> FromAnchors(OnnxModel model, IReadOnlyList<AnchorSize> anchors, IReadOnlyList<string>? labels)
    {
        var outputs = model.Outputs;
        if (outputs.Count is < 1 or > 4 || anchors.Count % outputs.Count != 0)
        {
            throw new BadModelException(
                $"{model.Name}: has {outputs.Count} outputs and {anchors.Count} anchors are given; expected 1 to 4 grids and the same number of "
                + "anchors for each.");
        }
        if (outputs.Count == 1) return [Head(model, outputs[0], anchors, labels, YoloHeadKind.Region)];
        var share = anchors.Count / outputs.Count;
        var finestFirst = outputs.OrderByDescending(o => (o.Shape.Count == 4 ? o.Shape[2] : null) ?? throw NoGrid(model, o)).ToList();
        var bySize = anchors.OrderBy(a => a.Width * a.Height).Chunk(share).ToList();
        return [.. finestFirst.Select((o, i) => Head(model, o, bySize[i], labels, YoloHeadKind.Yolo))];
    }

    /// <summary>The head that a catalogue states: <c>kind</c> (region or yolo) and <c>anchors</c>, width and height in turn.</summary>
    public static Func<OnnxModel, IDetectionHead> FromCatalogue(JsonElement json, IReadOnlyList<string> labels)
    {
        var stated = json.Deserialize(CataloguedHeadJson.Default.CataloguedHead)!;
        var (kindName, numbers) = (stated.Kind, stated.Anchors);
        if (!Kinds.TryGetValue(kindName, out var kind)) throw new JsonException($"a head of kind {string.Join(", ", Kinds.Keys)}; found {kindName}");
        if (numbers.Length == 0 || numbers.Length % 2 != 0 || numbers.Any(n => !(n > 0 && float.IsFinite(n))))
        {
            throw new JsonException("anchors as pairs of positive numbers; found "
                + (numbers.Length == 0 ? "none" : string.Join(", ", numbers.Select(n => n.ToString(CultureInfo.InvariantCulture)))));
        }
        AnchorSize[] anchors = [.. numbers.Chunk(2).Select(pair => new AnchorSize(pair[0], pair[1]))];
        var expected = anchors.Length * (YoloHead.BoxAttributes + (long)labels.Count);
        return model => model.Outputs is [{ Shape: [_, var channels, _, _] } output, ..] && (channels is null || channels == expected)
            ? new YoloHead
            {
                Output = output.Name,
                Kind = kind,
                Anchors = anchors,
                Classes = labels.Count,
                SoftmaxClasses = kind == YoloHeadKind.Region,
            }
            : throw new BadModelException(
                $"{model.Name}: the catalogue states a raw grid of {expected} channels ({anchors.Length} anchors × "
                + $"(5 + {labels.Count} classes)) as its first output, "
                + $"found {CatalogueEntry.Describe(model.Outputs is [var first, ..] ? first : null)}. Is it another model?");
    }

    /// <summary>The head of a final section of Darknet, <c>[region]</c> without a hierarchy or <c>[yolo]</c>; null for other sections.</summary>
    public static IDetectionHead? FromImport(OnnxModel model, ImportedOutput output) =>
        Kinds.TryGetValue(output.Kind, out var kind) && output.Numbers("tree").Count == 0
        ? new YoloHead
        {
            Output = output.Output,
            Kind = kind,
            Anchors = Anchors(model, output),
            Classes = output.Number("classes", 0) is >= 1 and <= int.MaxValue and var classes
                ? (int)classes
                : throw ImportedMetadata.Bad(model, $"{output.Number("classes", 0)} classes of the output '{output.Output}'", "at least 1"),
            ScaleXY = kind == YoloHeadKind.Yolo ? (float)output.Number("scale_x_y", 1) : 1,
            SoftmaxClasses = kind == YoloHeadKind.Region && output.Number("softmax", 0) != 0,
            NewCoordinates = kind == YoloHeadKind.Yolo && output.Number("new_coords", 0) != 0,
        }
        : null;

    /// <summary>The anchors that the mask selects, in its order; all without a mask.</summary>
    internal static AnchorSize[] Anchors(OnnxModel model, ImportedOutput output)
    {
        var numbers = output.Numbers("anchors");
        if (numbers.Count == 0 || numbers.Count % 2 != 0)
            throw ImportedMetadata.Bad(model, $"{numbers.Count} numbers as the anchors of the output '{output.Output}'", "a width and a height for each");
        AnchorSize[] all = [.. numbers.Chunk(2).Select(pair => new AnchorSize((float)pair[0], (float)pair[1]))];
        var mask = output.Numbers("mask");
        if (mask.Any(m => m < 0 || m >= all.Length))
            throw ImportedMetadata.Bad(model, $"the mask {string.Join(',', mask)} for the output '{output.Output}'", $"anchors from 0 to {all.Length - 1}");
        return mask.Count > 0 ? [.. mask.Select(m => all[(int)m])] : all;
    }

    private static YoloHead Head(
        OnnxModel model, OnnxValue output, IReadOnlyList<AnchorSize> anchors, IReadOnlyList<string>? labels, YoloHeadKind kind)
    {
        if (output.Shape.Count != 4) throw NoGrid(model, output);
        var expected = labels is null ? (long?)null : anchors.Count * (5L + labels.Count);
        var first = output.Shape[1];
        var last = output.Shape[3];
        // The axis with the expected number of channels decides: 1×C×H×W (Darknet, PyTorch) or 1×H×W×C (Keras).
        var channelsLast = Fits(last) && !Fits(first);
        var channels = channelsLast ? last : first;
        if (!Fits(channels))
        {
            throw new BadModelException(
                $"{model.Name}: the output '{output.Name}' has {first} channels (or {last}, if they come last); {anchors.Count} anchors"
                + (labels is null ? " need a multiple of that." : $" × (5 + {labels.Count} classes) = {expected} were expected."));
        }
        return new YoloHead
        {
            Output = output.Name,
            Kind = kind,
            Anchors = anchors,
            Classes = (int)(channels!.Value / anchors.Count) - 5,
            SoftmaxClasses = kind == YoloHeadKind.Region,
            ChannelsLast = channelsLast,
        };

        bool Fits(long? count) => expected is null ? count is { } c && c % anchors.Count == 0 && c / anchors.Count > 5 : count == expected;
    }

    private static BadModelException NoGrid(OnnxModel model, OnnxValue output) =>
        new($"{model.Name}: the output '{output.Name}' is not a grid of known size 1×C×H×W; give a network whose outputs are raw YOLO grids.");

    private sealed record CataloguedHead
    {
        public required string Format { get; init; }
        public required string Kind { get; init; }
        public float[] Anchors { get; set; } = []; // init would lose the default; see JsonDefaults
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
    [JsonSerializable(typeof(CataloguedHead))]
    private sealed partial class CataloguedHeadJson : JsonSerializerContext;
}
