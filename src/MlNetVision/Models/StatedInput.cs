using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Models;

/// <summary>
/// What a model's metadata says of its input: our own keys, else those that other programs write. Ultralytics (<c>author</c>, <c>task</c>) trains on
/// RGB of 0 to 1; its classifiers cut the middle of the image out, its other networks take a letterbox. Windows ML and Custom Vision write
/// <c>Image.BitmapPixelFormat</c> and <c>Image.NominalPixelRange</c> (ONNX, "Metadata Properties", image category definition).
/// </summary>
internal static class StatedInput
{
    private const string Author = "author", Ultralytics = "Ultralytics";
    private const string PixelFormat = "Image.BitmapPixelFormat", PixelRange = "Image.NominalPixelRange";

    /// <summary>The input normalisation, as <see cref="PixelNormalization.Parse"/> takes it; null where the metadata does not state it.</summary>
    /// <exception cref="BadModelException">It is stated, and is none.</exception>
    public static string? Preprocess(OnnxModel model)
    {
        if (model.Metadata[VisionMetadata.PreprocessKey] is { } own) return Check(model, VisionMetadata.PreprocessKey, own);
        if (IsOfUltralytics(model)) return PixelNormalization.Unit.Name;
        return model.Metadata[PixelRange] is { } range ? OfRange(model, range) : null;
    }

    /// <summary>Checks an input normalisation that a model states.</summary>
    /// <exception cref="BadModelException">It is none; the message lists them.</exception>
    public static string Check(OnnxModel model, string key, string name)
    {
        try
        {
            PixelNormalization.Parse(name);
            return name;
        }
        catch (ArgumentException e)
        {
            throw new BadModelException($"{model.Name}: the metadata '{key}' is '{name}'. {e.Message}", e);
        }
    }

    /// <summary>The resize mode by other programs' metadata; null where it does not tell.</summary>
    public static ResizeMode? Resize(OnnxModel model)
    {
        if (!IsOfUltralytics(model)) return null;
        return model.Metadata[VisionMetadata.TaskKey] == "classify" ? ResizeMode.Crop : ResizeMode.Letterbox;
    }

    /// <summary>Whether Ultralytics' exporter wrote the file.</summary>
    public static bool IsOfUltralytics(OnnxModel model) => model.Metadata[Author] == Ultralytics;

    private static string OfRange(OnnxModel model, string range)
    {
        var format = model.Metadata[PixelFormat] ?? "Rgb8";
        var isBgr = format.StartsWith("Bgr", StringComparison.OrdinalIgnoreCase);
        if (!isBgr && !format.StartsWith("Rgb", StringComparison.OrdinalIgnoreCase))
            throw new BadModelException($"{model.Name}: the metadata '{PixelFormat}' is '{format}'; expected Rgb8 or Bgr8.");
        var order = isBgr ? "bgr" : "rgb";
        return range switch
        {
            "NominalRange_0_255" => isBgr ? PixelNormalization.RawBgr.Name : PixelNormalization.Raw.Name,
            "Normalized_0_1" => isBgr ? $"{order}:0,0,0:255,255,255" : PixelNormalization.Unit.Name,
            "Normalized_1_1" => isBgr ? $"{order}:127.5,127.5,127.5:127.5,127.5,127.5" : PixelNormalization.TensorFlow.Name,
            _ => throw new BadModelException(
                $"{model.Name}: the metadata '{PixelRange}' is '{range}'; expected NominalRange_0_255, Normalized_0_1 or Normalized_1_1."),
        };
    }
}
