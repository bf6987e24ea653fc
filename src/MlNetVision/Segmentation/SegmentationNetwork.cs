using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Segmentation;

/// <summary>A segmentation network and the settings of its chain, read from the model and the user's options.</summary>
/// <param name="Model">The network.</param>
/// <param name="Input">Its image input.</param>
/// <param name="Settings">The rest.</param>
internal sealed record SegmentationNetwork(OnnxModel Model, NetworkInput Input, SegmentationSettings Settings) : VisionNetwork(Model, Input)
{
    private static readonly string[] TwoClasses = ["background", "foreground"];

    /// <inheritdoc/>
    public override PipelineSettings Pipeline => Settings;

    /// <summary>Reads the model's metadata; options win.</summary>
    /// <exception cref="BadModelException">The model is no segmentation network, or its parts disagree.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static SegmentationNetwork Of(OnnxModel model, SegmenterOptions options)
    {
        VisionTask.Segment.Require(model);
        model = NetworkInput.Sized(model, options.Size);
        var input = NetworkInput.Of(model, orGrey: true);
        var saved = SavedNetwork.SettingsOf(model, SegmentationSettings.Json, () => FromModel(model, input, options));
        saved.Output.Check(model.Name);
        SavedNetwork.RequireOutputs(model, [(saved.Output.Name, saved.Output.Length)]);
        var settings = saved with
        {
            Resize = SavedNetwork.ResizeTo(input, saved.Resize, options),
            Labels = options.HasLabels && model.GetNames() is { } names ? Named(names, saved.Output) : saved.Labels,
            Output = saved.Output with { Threshold = ThresholdOf(model, saved.Output, options) },
            Upsampling = options.Upsampling ?? saved.Upsampling,
            AtNetworkSize = options.AtNetworkSize ?? saved.AtNetworkSize,
            WithConfidence = options.WithConfidence ?? saved.WithConfidence,
        };
        SavedNetwork.RequirePreprocess(model, settings.Preprocess, options.Preprocess);
        input.RequireFits(settings.Preprocess, model.Name);
        if (settings.Output.Form != SegmentationForm.ClassMap && settings.Labels.Count != settings.Output.Classes)
            throw new BadModelException(
                $"{model.Name}: the output '{settings.Output.Name}' has {settings.Output.Classes} classes, but {settings.Labels.Count} labels are "
                + "given.");
        return new SegmentationNetwork(model, input, settings)
            { Assumptions = [.. Assumed(model, input, options, settings)], Device = options.Device ?? model.GetDevice() };
    }

    /// <inheritdoc/>
    protected override OnnxModel PrepareForTask() => VisionTask.Segment.Mark(
        SavedNetwork.Prepare(Model, Input, [Settings.Output.Name], [Settings.Output.Length], Settings));

    private static SegmentationSettings FromModel(OnnxModel model, NetworkInput input, SegmenterOptions options)
    {
        var names = model.GetNames();
        var output = SegmentationOutputReader.Of(model, input, names, options.Output, options.Form);
        return new SegmentationSettings
        {
            Resize = new ResizeOptions
            {
                Width = input.Width, Height = input.Height, Resampler = Resampler.Area, Rounding = LetterboxRounding.Nearest,
                Mode = SavedNetwork.SavedResize(model) ?? ResizeMode.Stretch,
            },
            Preprocess = options.Preprocess ?? StatedInput.Preprocess(model) ?? Convention(input).Preprocess.Name,
            Labels = names is null ? Labels(output) : Named(names, output),
            Output = output,
            WithConfidence = output.IsMatte,
        };
    }

    private static IEnumerable<string> Assumed(OnnxModel model, NetworkInput input, SegmenterOptions options, SegmentationSettings settings)
    {
        if (model.Metadata[SavedNetwork.SettingsKey] is not null) yield break;
        if (model.GetNames() is null)
            yield return settings.Labels == VocLabels.All ? "the model names no classes; the 21 of Pascal VOC are used."
                : settings.Labels == TwoClasses ? "the model names no classes; 'background' and 'foreground' are used."
                : "the model names no classes; they are named by their numbers.";
        if (!input.Bytes && options.Preprocess is null && StatedInput.Preprocess(model) is null)
            yield return AssumedPreprocess(settings.Preprocess, Convention(input).For);
    }

    /// <summary>The usual input normalisation, and the networks that it is usual for.</summary>
    private static (PixelNormalization Preprocess, string For) Convention(NetworkInput input)
    {
        if (input.Bytes) return (PixelNormalization.Raw, "8-bit inputs");
        if (input.Channels == 1) return (PixelNormalization.Unit, "one channel of grey");
        return input.Layout == PixelLayout.Nhwc ? (PixelNormalization.TensorFlow, "N×H×W×3") : (PixelNormalization.ImageNet, "N×3×H×W");
    }

    private static float? ThresholdOf(OnnxModel model, SegmentationOutput output, SegmenterOptions options) =>
        options.Threshold is null || output.IsMatte
            ? options.Threshold ?? output.Threshold
            : throw new ArgumentException(
                $"{model.Name}: the output '{output.Name}' holds {output.Form}; a threshold applies to a matte, one value for each pixel.");

    // The one name of a matte is that of its foreground.
    private static string[] Named(string[] names, SegmentationOutput output) =>
        output.IsMatte && names is [var foreground] ? [TwoClasses[0], foreground] : names;

    // A class map does not state the number of classes; published ones without names are Pascal VOC's.
    private static IReadOnlyList<string> Labels(SegmentationOutput output) =>
        output.Classes == VocLabels.All.Count || output.Form == SegmentationForm.ClassMap
            ? VocLabels.All
            : output.Classes == TwoClasses.Length ? TwoClasses
            : [.. Enumerable.Range(0, output.Classes).Select(i => FormattableString.Invariant($"class {i}"))];
}

/// <summary>All that a segmentation chain needs besides the network; it travels as JSON in a saved pipeline.</summary>
internal sealed record SegmentationSettings : PipelineSettings
{
    /// <summary>Their form as JSON.</summary>
    public static JsonTypeInfo<SegmentationSettings> Json { get; } = SettingsJson.Form<SegmentationSettings>(
        SegmentationSettingsJson.Default, [], SettingsJson.Words<SegmentationForm>(), SettingsJson.Words<MaskUpsampling>());

    /// <summary>The class names.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The output that holds the classes.</summary>
    public required SegmentationOutput Output { get; init; }

    /// <summary>How it is upsampled to the image's size.</summary>
    public MaskUpsampling Upsampling { get; init; }

    /// <summary>Whether masks stay at the size of the network's output.</summary>
    public bool AtNetworkSize { get; init; }

    /// <summary>Whether masks carry confidences.</summary>
    public bool WithConfidence { get; init; }

    /// <inheritdoc/>
    public override string ToJson() => JsonSerializer.Serialize(this, Json);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SegmentationSettings))]
internal sealed partial class SegmentationSettingsJson : JsonSerializerContext;

/// <summary>The 21 classes of Pascal VOC's segmentation in the order of its palette. http://host.robots.ox.ac.uk/pascal/VOC/voc2012/</summary>
internal static class VocLabels
{
    public static IReadOnlyList<string> All { get; } =
    [
        "background", "aeroplane", "bicycle", "bird", "boat", "bottle", "bus", "car", "cat", "chair", "cow", "diningtable", "dog",
        "horse", "motorbike", "person", "pottedplant", "sheep", "sofa", "train", "tvmonitor",
    ];
}
