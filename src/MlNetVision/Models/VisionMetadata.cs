using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using MlNetVision.Detection;
using MlNetVision.Onnx;

namespace MlNetVision.Models;

/// <summary>
/// The metadata of a model file: labels, input size, task, input normalisation, YOLO heads. Keys are those that Ultralytics
/// writes where they exist (<c>names</c>, <c>imgsz</c>, <c>stride</c>, <c>task</c>); ours start with <c>mlnetvision.</c>.
/// </summary>
public static partial class VisionMetadata
{
    /// <summary>Class names, written as <c>{0: 'person', 1: 'bicycle'}</c>.</summary>
    public const string NamesKey = "names";

    /// <summary>The size of the input, written as <c>[height, width]</c>.</summary>
    public const string ImageSizeKey = "imgsz";

    /// <summary>The stride: the sides of images must be multiples of it, where the input size is free.</summary>
    public const string StrideKey = "stride";

    /// <summary>
    /// The task: <c>detect</c>, <c>segment</c>, <c>classify</c>, <c>stylize</c>, or <c>features</c> for feature networks (perceptual losses).
    /// </summary>
    public const string TaskKey = "task";

    /// <summary>The input normalisation, as <c>--preprocess</c> takes it: <c>unit</c>, <c>raw</c>, <c>tf</c>, …</summary>
    public const string PreprocessKey = "mlnetvision.preprocess";

    /// <summary>How images are resized to the input's size: <c>stretch</c>, <c>letterbox</c> or <c>crop</c>.</summary>
    public const string ResizeKey = "mlnetvision.resize";

    /// <summary>The licence of the weights.</summary>
    public const string LicenseKey = "mlnetvision.license";

    /// <summary>The YOLO heads, as JSON.</summary>
    public const string YoloKey = "mlnetvision.yolo";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { RespectNullableAnnotations = true };

    /// <summary>The class names by index; null where the model has none.</summary>
    /// <exception cref="BadModelException">The value of <c>names</c> is not a dictionary or list of quoted names.</exception>
    public static string[]? GetNames(this OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Metadata[NamesKey] is { } text ? PythonNames.Parse(text, model.Name) : null;
    }

    /// <summary>Writes the class names.</summary>
    public static void SetNames(this OnnxModel model, IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Metadata[NamesKey] = PythonNames.Format(names);
    }

    /// <summary>The YOLO heads; null where the metadata has none.</summary>
    /// <exception cref="BadModelException">The value is not the JSON that <see cref="SetYoloHeads"/> writes.</exception>
    public static IReadOnlyList<YoloHead>? GetYoloHeads(this OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Metadata[YoloKey] is not { } text) return null;
        try
        {
            var heads = JsonSerializer.Deserialize<YoloHead[]>(text, Json);
            if (heads is null || heads.Any(h => h is not { Classes: > 0, Anchors.Count: > 0 }))
                throw new JsonException("expected heads with anchors and classes");
            return heads;
        }
        catch (JsonException e)
        {
            throw new BadModelException($"{model.Name}: the metadata '{YoloKey}' is not a list of YOLO heads: {e.Message}", e);
        }
    }

    /// <summary>Writes the YOLO heads.</summary>
    public static void SetYoloHeads(this OnnxModel model, IReadOnlyList<YoloHead> heads)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Metadata[YoloKey] = JsonSerializer.Serialize(heads, Json);
    }

    /// <summary>The size of the input in pixels; null where the metadata does not state it.</summary>
    /// <exception cref="BadModelException">The value is not <c>[height, width]</c>.</exception>
    public static (int Height, int Width)? GetImageSize(this OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Metadata[ImageSizeKey] is not { } text) return null;
        var match = TwoNumbers().Match(text);
        if (!match.Success) throw new BadModelException($"{model.Name}: the metadata '{ImageSizeKey}' is '{text}'; expected [height, width].");
        return (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    /// <summary>Writes the size of the input in pixels.</summary>
    public static void SetImageSize(this OnnxModel model, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Metadata[ImageSizeKey] = string.Create(CultureInfo.InvariantCulture, $"[{height}, {width}]");
    }

    /// <summary>Ultralytics writes a list, others a tuple.</summary>
    [GeneratedRegex(@"^\s*[\[(]\s*([0-9]{1,6})\s*,\s*([0-9]{1,6})\s*[\])]\s*$")]
    private static partial Regex TwoNumbers();
}
