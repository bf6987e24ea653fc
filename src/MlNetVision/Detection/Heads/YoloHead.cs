using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlNetVision.Files;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>
/// One output of a YOLO network: a raw grid <c>N × (anchors · (5 + classes)) × H × W</c> as the last convolution
/// leaves it, before any logistic, exponential or softmax.
/// Channels are ordered anchor by anchor: x, y, w, h, objectness, then one channel per class.
/// </summary>
public sealed record YoloHead : IDetectionHead
{
    /// <summary>Channels of an anchor before those of the classes: x, y, w, h, objectness.</summary>
    internal const int BoxAttributes = 5;

    internal static DetectionHeadFormat HeadFormat { get; } = new(
        "yolo-grid", model => model.GetYoloHeads(), json => JsonSerializer.Deserialize(json, YoloHeadJson.One) ?? throw new JsonException("null"))
    {
        FromCatalogue = YoloHeadReader.FromCatalogue,
        FromImport = YoloHeadReader.FromImport,
        Write = (model, heads) => model.SetYoloHeads([.. heads.Cast<YoloHead>()]),
    };

    /// <summary>The name of the ONNX output that holds the grid.</summary>
    public required string Output { get; init; }

    /// <summary>How the grid is decoded.</summary>
    public required YoloHeadKind Kind { get; init; }

    /// <summary>
    /// Widths and heights of the anchors of this head (already chosen by the mask), in the order of the channels:
    /// in grid cells for <see cref="YoloHeadKind.Region"/>, in pixels of the network's input for <see cref="YoloHeadKind.Yolo"/>.
    /// </summary>
    public required IReadOnlyList<AnchorSize> Anchors { get; init; }

    /// <summary>The number of classes.</summary>
    public required int Classes { get; init; }

    /// <summary>Darknet's <c>scale_x_y</c> (YOLO v4): the centre is σ(t)·s − (s − 1)/2 within its cell. 1 leaves σ(t).</summary>
    public float ScaleXY { get; init; } = 1;

    /// <summary>Whether classes go through a softmax (YOLO v2) or each through a logistic function (YOLO v3).</summary>
    public bool SoftmaxClasses { get; init; }

    /// <summary>
    /// Darknet's <c>new_coords=1</c> (Scaled-YOLO v4): the network's own activation has made x, y, objectness and classes
    /// logistic, and width and height are (2t)² times the anchor.
    /// </summary>
    public bool NewCoordinates { get; init; }

    /// <summary>Whether the grid lies as <c>N × H × W × C</c> (Keras, YAD2K) and not as <c>N × C × H × W</c>.</summary>
    public bool ChannelsLast { get; init; }

    string IDetectionHead.Format => HeadFormat.Name;

    IReadOnlyList<string> IDetectionHead.Outputs => [Output];

    /// <summary>The channels of the grid: anchors × (5 + classes).</summary>
    internal long Channels => Anchors.Count * (long)(BoxAttributes + Classes);

    void IDetectionHead.Check(string model, IReadOnlyList<HeadOutput> outputs)
    {
        if (outputs is not [{ Shape.Count: 4 }])
            throw new BadModelException(
                $"{model}: the output '{Output}' has the shape {string.Join('×', outputs[0].Shape)}; expected a grid of four axes.");
        var grid = Grid(outputs[0].Shape);
        if (grid.Channels != Channels)
        {
            throw new BadModelException(
                $"{model}: the output '{Output}' has {grid.Channels} channels; {Anchors.Count} anchors × (5 + {Classes} classes) = {Channels} were "
                + "expected.");
        }
    }

    IHeadDecoder IDetectionHead.CreateDecoder(int networkWidth, int networkHeight) => new YoloHeadDecoder(this, networkWidth, networkHeight);

    HeadTensors IDetectionHead.Append(GraphWriter graph, IReadOnlyList<HeadOutput> outputs, int networkWidth, int networkHeight) =>
        YoloHeadGraph.Append(graph, this, Grid(outputs[0].Shape), networkWidth, networkHeight);

    string IDetectionHead.Describe(IReadOnlyList<HeadOutput> outputs)
    {
        var grid = Grid(outputs[0].Shape);
        return $"YOLO grid {grid.Width}×{grid.Height} ({Kind.ToString().ToLowerInvariant()}), {Anchors.Count} anchors × (5 + {Classes} classes)";
    }

    string IDetectionHead.ToJson() => JsonSerializer.Serialize(this, YoloHeadJson.One);

    /// <summary>The shape of the grid that an output of four axes is.</summary>
    internal YoloGridShape Grid(IReadOnlyList<long> shape) => ChannelsLast
        ? new((int)shape[3], (int)shape[1], (int)shape[2], ChannelsLast: true)
        : new((int)shape[1], (int)shape[2], (int)shape[3]);
}

/// <summary>How the raw grid of a YOLO head is decoded.</summary>
public enum YoloHeadKind
{
    /// <summary>
    /// YOLO v2 (Darknet's <c>[region]</c>): softmax over the classes, anchors in grid cells. YOLO9000, arXiv:1612.08242, section 2.
    /// </summary>
    Region,

    /// <summary>
    /// YOLO v3 and v4 (Darknet's <c>[yolo]</c>): logistic classes, anchors in pixels of the network's input. arXiv:1804.02767, section 2.
    /// </summary>
    Yolo,
}

/// <summary>The width and height of an anchor (prior box).</summary>
/// <param name="Width">Width; the unit is that of the <see cref="YoloHead"/> it belongs to.</param>
/// <param name="Height">Height, in the same unit.</param>
public readonly record struct AnchorSize(float Width, float Height);

/// <summary>The JSON of YOLO heads: in metadata, and in the settings of saved pipelines.</summary>
internal static class YoloHeadJson
{
    private static readonly JsonSerializerOptions Options = new(YoloHeadTypes.Default.Options)
    {
        TypeInfoResolver = YoloHeadTypes.Default.With(
            [JsonDefaults.Of(() => new YoloHead { Output = "", Kind = default, Anchors = [], Classes = 0 })]),
    };

    public static JsonTypeInfo<YoloHead> One { get; } = (JsonTypeInfo<YoloHead>)Options.GetTypeInfo(typeof(YoloHead));

    public static JsonTypeInfo<YoloHead[]> Several { get; } = (JsonTypeInfo<YoloHead[]>)Options.GetTypeInfo(typeof(YoloHead[]));
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectNullableAnnotations = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(YoloHead[]))]
internal sealed partial class YoloHeadTypes : JsonSerializerContext;
