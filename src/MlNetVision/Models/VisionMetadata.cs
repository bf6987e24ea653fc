using System.Globalization;
using System.Text.RegularExpressions;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Models;

/// <summary>
/// The metadata of a model file: labels, input size, task, input normalisation. Keys are those that Ultralytics
/// writes where they exist (<c>names</c>, <c>imgsz</c>, <c>stride</c>, <c>task</c>); ours start with <c>mlnetvision.</c>.
/// </summary>
public static partial class VisionMetadata
{
    /// <summary>The first part of the keys that only this library writes.</summary>
    internal const string Prefix = "mlnetvision.";

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

    /// <summary>Why images are resized so, in words: <c>stretch: a network of …</c>. It holds while it starts with the value of <see cref="ResizeKey"/>.</summary>
    public const string ResizeReasonKey = "mlnetvision.resize.reason";

    /// <summary>The devices that the model was saved for, as a wish: <c>cuda,cpu</c>; see <see cref="DeviceList"/>.</summary>
    public const string DeviceKey = "mlnetvision.device";

    /// <summary>The licence of the weights.</summary>
    public const string LicenseKey = "mlnetvision.license";

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

    /// <summary>
    /// The input normalisation that the metadata states, as <see cref="Imaging.PixelNormalization.Parse"/> takes it: under
    /// <see cref="PreprocessKey"/>, or as Ultralytics (<c>author</c>) and Windows ML (<c>Image.NominalPixelRange</c>) state it; null where it does not.
    /// </summary>
    /// <exception cref="BadModelException">It is stated, and is none; the message names the key.</exception>
    public static string? GetPreprocess(this OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return StatedInput.Preprocess(model);
    }

    /// <summary>How images are resized and why, in words; null where the model does not say why, or its resize was changed since.</summary>
    public static string? GetResizeReason(this OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Metadata[ResizeReasonKey] is { } reason && reason.StartsWith($"{model.Metadata[ResizeKey]}: ", StringComparison.Ordinal) ? reason : null;
    }

    /// <summary>The devices that the model was saved for; null where the metadata does not name any.</summary>
    /// <exception cref="BadModelException">The value is no list of devices.</exception>
    public static DeviceList? GetDevice(this OnnxModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        try
        {
            return model.Metadata[DeviceKey] is { } text ? DeviceList.Parse(text) : null;
        }
        catch (ArgumentException e)
        {
            throw new BadModelException($"{model.Name}: the metadata '{DeviceKey}' cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes the devices that the model should run on; null removes them.</summary>
    public static void SetDevice(this OnnxModel model, DeviceList? device)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Metadata[DeviceKey] = device?.ToString();
    }

    /// <summary>Ultralytics writes a list, others a tuple.</summary>
    [GeneratedRegex(@"^\s*[\[(]\s*([0-9]{1,6})\s*,\s*([0-9]{1,6})\s*[\])]\s*$")]
    private static partial Regex TwoNumbers();
}
