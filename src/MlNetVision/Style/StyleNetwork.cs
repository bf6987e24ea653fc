using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Style;

/// <summary>A style network and the settings of its chain, read from the model and the user's options.</summary>
/// <param name="Model">The network; for a chain, a free size is fixed.</param>
/// <param name="Input">Its image input.</param>
/// <param name="Settings">The rest.</param>
internal sealed record StyleNetwork(OnnxModel Model, NetworkInput Input, StyleSettings Settings) : VisionNetwork(Model, Input)
{
    private const int PipelineSide = 720;

    /// <inheritdoc/>
    public override PipelineSettings Pipeline => Settings;

    /// <summary>The network of free size, or null.</summary>
    public OnnxModel? Free { get; private init; }

    /// <summary>Reads the model's metadata; options win.</summary>
    /// <exception cref="BadModelException">The model is no style network.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static StyleNetwork Of(OnnxModel model, ImageStylizerOptions options)
    {
        VisionTask.Stylize.Require(model);
        model = NetworkInput.Sized(model, asked: null);
        var free = TakesAnySize(model) ? model : null;
        if (free is not null) model = WithSize(free, options.Size?.Width ?? PipelineSide, options.Size?.Height ?? PipelineSide);
        var input = NetworkInput.Of(model);
        var saved = SavedNetwork.SettingsOf(model, StyleSettings.Json, () => FromModel(model, input, options) with { AnySize = free is not null });
        SavedNetwork.RequireOutputs(model, [(saved.Output, 3L * saved.OutputWidth * saved.OutputHeight)]);
        var settings = saved with { Resize = SavedNetwork.ResizeTo(input, saved.Resize, options) };
        SavedNetwork.RequirePreprocess(model, settings.Preprocess, options.Preprocess);
        var undone = PixelNormalization.Parse(settings.Preprocess);
        return new StyleNetwork(model, input, settings)
        {
            Assumptions = [.. Assumed(model, options, undone)], Device = options.Device ?? model.GetDevice(),
            Free = settings.AnySize ? free ?? Freed(model, settings.Output) : null,
        };
    }

    /// <inheritdoc/>
    protected override OnnxModel PrepareForTask() => VisionTask.Stylize.Mark(
        SavedNetwork.Prepare(Model, Input, [Settings.Output], [3L * Settings.OutputWidth * Settings.OutputHeight], Settings));

    /// <summary>A network whose image input has free height and width, and whose metadata states none.</summary>
    private static bool TakesAnySize(OnnxModel model) => model.GetImageSize() is null && model.Inputs is [{ Shape: { Count: 4 } shape }]
        && (shape[1] == 3 ? shape[2] is null && shape[3] is null : shape[3] == 3 && shape[1] is null && shape[2] is null);

    /// <summary>The network of a saved chain, with its size freed again.</summary>
    /// <exception cref="BadModelException">Its output does not depend on the image.</exception>
    private static OnnxModel Freed(OnnxModel saved, string output)
    {
        var freed = WithSize(saved, null, null).Cut(output);
        return freed.Inputs.Count == 1
            ? freed
            : throw new BadModelException($"{saved.Name}: the output '{output}' does not depend on the image; a style network was expected.");
    }

    private static OnnxModel WithSize(OnnxModel free, int? width, int? height)
    {
        var sized = free.Clone();
        InputShape.SetSize(sized, height, width);
        sized.Graph.Input.First(i => i.Name == free.Inputs[0].Name).Type.TensorType.Shape.Dim[0].DimValue = 1;
        return sized;
    }

    private static StyleSettings FromModel(OnnxModel model, NetworkInput input, ImageStylizerOptions options)
    {
        var (name, layout, width, height) = StyleOutputReader.Of(model, options.Output);
        return new StyleSettings
        {
            Resize = new ResizeOptions
            {
                Width = input.Width, Height = input.Height, Resampler = Resampler.Area, Rounding = LetterboxRounding.Nearest,
                Mode = SavedNetwork.SavedResize(model) ?? ResizeMode.Letterbox, Border = BorderMode.Reflect,
            },
            Preprocess = options.Preprocess ?? StatedInput.Preprocess(model)
                ?? (input.Bytes ? PixelNormalization.Raw : StyleConvention.Of(model)).Name,
            Output = name,
            Layout = layout,
            OutputWidth = width ?? input.Width,
            OutputHeight = height ?? input.Height,
        };
    }

    private static IEnumerable<string> Assumed(OnnxModel model, ImageStylizerOptions options, PixelNormalization taken)
    {
        if (model.Metadata[SavedNetwork.SettingsKey] is null && options.Preprocess is null && StatedInput.Preprocess(model) is null)
            yield return $"the model does not state its input normalisation; '{taken.Name}' is used"
                + $"{(taken.Bgr ? ", since the network subtracts Caffe's means, blue first" : ", as is usual for style networks")}. {OtherPreprocess}";
    }
}

/// <summary>All that a style chain needs besides the network; it travels as JSON in a saved pipeline.</summary>
internal sealed record StyleSettings : PipelineSettings
{
    /// <summary>Their form as JSON.</summary>
    public static JsonTypeInfo<StyleSettings> Json { get; } = SettingsJson.Form<StyleSettings>(
        StyleSettingsJson.Default, [], SettingsJson.Words<PixelLayout>());

    /// <summary>The output that holds the stylised image.</summary>
    public required string Output { get; init; }

    /// <summary>The order of its axes.</summary>
    public required PixelLayout Layout { get; init; }

    /// <summary>Whether the network's own size is free, although its chain has a fixed one.</summary>
    public bool AnySize { get; init; }

    /// <summary>Its width in pixels, for the size of the resize.</summary>
    public required int OutputWidth { get; init; }

    /// <summary>Its height in pixels, for the size of the resize.</summary>
    public required int OutputHeight { get; init; }

    /// <inheritdoc/>
    public override string ToJson() => JsonSerializer.Serialize(this, Json);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(StyleSettings))]
internal sealed partial class StyleSettingsJson : JsonSerializerContext;

/// <summary>The default input normalisation of style networks.</summary>
internal static class StyleConvention
{
    private const float BlueMean = 103.939f;

    /// <summary>
    /// <c>raw-bgr</c> where the graph itself subtracts Caffe's means, blue first, as the Core ML conversions of Johnson's
    /// networks do; <c>raw</c> elsewhere, as for the networks of PyTorch's examples.
    /// </summary>
    public static PixelNormalization Of(OnnxModel model) => SubtractsBlueFirst(model) ? PixelNormalization.RawBgr : PixelNormalization.Raw;

    private static bool SubtractsBlueFirst(OnnxModel model) =>
        model.Graph.Node.Any(n => n.OpType == "ImageScaler" && n.Find("bias") is { Floats: [var bias, _, _] } && IsBlue(bias))
        || model.Graph.Initializer.Any(t => TensorData.Small(t, 3) is [var first, _, _] && IsBlue(first));

    private static bool IsBlue(double value) => Math.Abs(Math.Abs(value) - BlueMean) < 0.01;
}
