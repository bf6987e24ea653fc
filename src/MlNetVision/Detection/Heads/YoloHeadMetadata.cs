using System.Text.Json;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Detection;

/// <summary>The Darknet grids in the metadata of a model file, beside what <see cref="VisionMetadata"/> reads for all tasks.</summary>
public static class YoloHeadMetadata
{
    /// <summary>The YOLO heads, as JSON.</summary>
    public const string YoloKey = "mlnetvision.yolo";

    /// <summary>The YOLO heads; null where the metadata has none.</summary>
    /// <exception cref="BadModelException">The value is not the JSON that <see cref="SetYoloHeads"/> writes.</exception>
    public static IReadOnlyList<YoloHead>? GetYoloHeads(this OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Metadata[YoloKey] is not { } text) return null;
        try
        {
            var heads = JsonSerializer.Deserialize(text, YoloHeadJson.Several);
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
        model.Metadata[YoloKey] = JsonSerializer.Serialize([.. heads], YoloHeadJson.Several);
    }
}
