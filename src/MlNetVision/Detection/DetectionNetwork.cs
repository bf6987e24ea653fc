using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlNetVision.Files;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Detection;

/// <summary>A detection network and the settings of its chain, read from the model and the user's options.</summary>
/// <param name="Model">The network.</param>
/// <param name="Input">Its image input.</param>
/// <param name="Settings">The rest.</param>
internal sealed record DetectionNetwork(OnnxModel Model, NetworkInput Input, DetectionSettings Settings) : VisionNetwork(Model, Input)
{
    /// <inheritdoc/>
    public override PipelineSettings Pipeline => Settings;

    /// <summary>Reads the model's metadata; options win.</summary>
    /// <exception cref="BadModelException">The model is no YOLO network, or its parts disagree.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range, or names an unknown class.</exception>
    public static DetectionNetwork Of(OnnxModel model, ObjectDetectorOptions options)
    {
        if (options.AnchorsFile is null) VisionTask.Detect.Require(model);
        model = NetworkInput.Sized(StandaloneDetector.Strip(model), options.Size);
        var input = NetworkInput.Of(model);
        var saved = SavedNetwork.SettingsOf(model, DetectionSettings.Json, () => FromModel(model, input, options));
        SavedNetwork.RequireOutputs(model, saved.Outputs.Select(o => (o.Name, o.Length)));
        var detection = options.Detection ?? saved.Detection;
        var settings = saved with
        {
            Resize = SavedNetwork.ResizeTo(input, saved.Resize, options),
            Labels = options.HasLabels ? model.GetNames() ?? saved.Labels : saved.Labels,
            Detection = options.Adjust?.Invoke(detection) ?? detection,
        };
        SavedNetwork.RequirePreprocess(model, settings.Preprocess, options.Preprocess);
        settings.Detection.Validate(settings.Labels);
        settings.Check(model.Name);
        return new DetectionNetwork(model, input, settings)
        {
            Assumptions = [.. Assumed(model, input, options, settings)], Device = options.Device ?? model.GetDevice(),
        };
    }

    private static IEnumerable<string> Assumed(OnnxModel model, NetworkInput input, ObjectDetectorOptions options, DetectionSettings settings)
    {
        if (model.Metadata[SavedNetwork.SettingsKey] is not null || input.Bytes || options.Preprocess is not null) yield break;
        if (StatedInput.Preprocess(model) is null) yield return AssumedPreprocess(settings.Preprocess, "YOLO");
    }

    /// <inheritdoc/>
    protected override OnnxModel PrepareForTask() => VisionTask.Detect.Mark(SavedNetwork.Prepare(
        Model, Input, [.. Settings.Outputs.Select(o => o.Name)], [.. Settings.Outputs.Select(o => o.Length)], Settings));

    private static DetectionSettings FromModel(OnnxModel model, NetworkInput input, ObjectDetectorOptions options)
    {
        var labels = model.GetNames();
        IReadOnlyList<IDetectionHead> heads = options.AnchorsFile is null
            ? DetectionHeads.Of(model) ?? throw new BadModelException(
                $"{model.Name}: does not state which of its outputs are YOLO grids; give its anchors (and labels), or a Darknet .cfg. Outputs: "
                + $"{string.Join(", ", model.Outputs.Select(o => o.Name))}.")
            : YoloHeadReader.FromAnchors(model, YoloAnchorsFile.Read(options.AnchorsFile), labels);
        return new DetectionSettings
        {
            Resize = new ResizeOptions { Width = input.Width, Height = input.Height, Mode = SavedNetwork.SavedResize(model) ?? ResizeMode.Letterbox },
            Preprocess = options.Preprocess ?? StatedInput.Preprocess(model) ?? PixelNormalization.Unit.Name,
            Labels = labels ?? [.. Enumerable.Range(0, heads[0].Classes).Select(i => FormattableString.Invariant($"class {i}"))],
            Heads = heads,
            Outputs = Outputs(model, input, [.. heads.SelectMany(h => h.Outputs)]),
            Detection = new DetectionOptions(),
        };
    }

    /// <summary>The shapes of the outputs that heads read: as the model declares them, else found by one run.</summary>
    private static HeadOutput[] Outputs(OnnxModel model, NetworkInput input, string[] names)
    {
        var outputs = names.Select(name => model.Outputs.FirstOrDefault(o => o.Name == name) ?? throw new BadModelException(
            $"{model.Name}: has no output '{name}', which its detection head names. Outputs: "
            + $"{string.Join(", ", model.Outputs.Select(o => o.Name))}.")).ToList();
        foreach (var output in outputs.Where(o => o.Type != TensorProto.Types.DataType.Float))
            throw new BadModelException($"{model.Name}: the output '{output.Name}' holds {output.Type} elements; float was expected.");
        HeadOutput[] declared = [.. outputs.Select(HeadOutput.Declared).OfType<HeadOutput>()];
        if (declared.Length == names.Length) return declared;
        using var session = new NetworkSession(model, input, names, Environment.ProcessorCount);
        using var run = session.Open(input.Width, input.Height);
        return [.. run.Run(PixelNormalization.Raw).Select(o => new HeadOutput(o.Name, o.Shape))];
    }
}

/// <summary>All that a detection chain needs besides the network; it travels as JSON in a saved pipeline.</summary>
internal sealed record DetectionSettings : PipelineSettings
{
    /// <summary>Their form as JSON.</summary>
    public static JsonTypeInfo<DetectionSettings> Json { get; } = SettingsJson.Form<DetectionSettings>(
        DetectionSettingsJson.Default, [JsonDefaults.Of(() => new DetectionOptions()), JsonDefaults.Of(() => new NonMaxSuppressionOptions())],
        SettingsJson.Words<NonMaxSuppressionKind>());

    /// <summary>The class names.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The heads of the network.</summary>
    public required IReadOnlyList<IDetectionHead> Heads { get; init; }

    /// <summary>The outputs that they read, in their order.</summary>
    public required IReadOnlyList<HeadOutput> Outputs { get; init; }

    /// <summary>Thresholds, classes and suppression.</summary>
    public required DetectionOptions Detection { get; init; }

    /// <summary>The parser of the outputs.</summary>
    /// <exception cref="BadModelException">Labels, heads and outputs do not agree.</exception>
    public DetectionParser CreateParser() => new(Heads, Labels, Resize.Width, Resize.Height);

    /// <summary>Each head with its outputs.</summary>
    public IEnumerable<(IDetectionHead Head, IReadOnlyList<HeadOutput> Outputs)> HeadsWithOutputs()
    {
        var at = 0;
        foreach (var head in Heads)
        {
            yield return (head, [.. Outputs.Skip(at).Take(head.Outputs.Count)]);
            at += head.Outputs.Count;
        }
    }

    /// <summary>Checks that labels, heads and outputs agree.</summary>
    public void Check(string model)
    {
        foreach (var (head, outputs) in HeadsWithOutputs())
        {
            if (head.Classes != Labels.Count)
                throw new BadModelException(
                    $"{model}: the output '{string.Join("', '", head.Outputs)}' has {head.Classes} classes, but {Labels.Count} labels are given.");
            HeadCode.Run($"{HeadCode.NameOf(head)} of {model}", nameof(head.Check), () => head.Check(model, outputs));
        }
    }

    /// <inheritdoc/>
    public override string ToJson() => JsonSerializer.Serialize(this, Json);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(DetectionSettings))]
internal sealed partial class DetectionSettingsJson : JsonSerializerContext;
