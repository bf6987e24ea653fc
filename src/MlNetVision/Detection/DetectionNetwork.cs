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
    /// <summary>How the size of the input follows from an image; null: it has one size.</summary>
    public InputSizes? Sizes { get; init; }

    /// <summary>How many images it takes in one run; null: one.</summary>
    public ImageBatch? Batch { get; init; }

    /// <summary>The network with the size of its input as the file has it.</summary>
    public OnnxModel Free { get; init; } = Model;

    /// <inheritdoc/>
    public override PipelineSettings Pipeline => Settings;

    /// <summary>Reads the model's metadata; options win.</summary>
    /// <exception cref="BadModelException">The model is no YOLO network, or its parts disagree.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range, or names an unknown class.</exception>
    public static DetectionNetwork Of(OnnxModel model, ObjectDetectorOptions options)
    {
        if (options.AnchorsFile is null) VisionTask.Detect.Require(model);
        var batched = YoloV7EndToEndHead.OfOneSize(NetworkInput.Sized(StandaloneDetector.Strip(model), asked: null));
        var free = ImageBatch.OfOne(batched);
        model = NetworkInput.Sized(free, options.Size, InputSizes.Probe);
        var input = NetworkInput.Of(model, orGrey: true);
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
        input.RequireFits(settings.Preprocess, model.Name);
        settings.Detection.Validate(settings.Labels);
        settings.Check(model.Name);
        var sizes = InputSizes.Of(free, settings, options);
        var batch = ImageBatch.Of(batched, options.Batch) is { } images ? images with { Model = NetworkInput.Sized(batched, options.Size, InputSizes.Probe) } : null;
        if (sizes is not null && batch is not null)
        {
            throw new ArgumentException(
                $"{model.Name}: images of a batch have one size, but each image takes its own; give a size (--size 640), or no batch.");
        }
        return new DetectionNetwork(model, input, settings)
        {
            Sizes = sizes,
            Batch = batch,
            Free = free,
            Assumptions = [.. Assumed(model, input, options, settings)], Device = options.Device ?? model.GetDevice(),
        };
    }

    private static IEnumerable<string> Assumed(OnnxModel model, NetworkInput input, ObjectDetectorOptions options, DetectionSettings settings)
    {
        if (model.Metadata[SavedNetwork.SettingsKey] is not null) yield break;
        if (model.GetNames() is null && ReferenceEquals(settings.Labels, CocoLabels.Names))
            yield return "the model does not name its 80 classes; those of COCO are used. --labels (Labels) states others.";
        if (input.Bytes || options.Preprocess is not null || settings.Heads.All(h => h.Conventions.Preprocess is not null)) yield break;
        if (StatedInput.Preprocess(model) is null) yield return AssumedPreprocess(settings.Preprocess, "YOLO");
    }

    /// <inheritdoc/>
    protected override OnnxModel PrepareForTask() => VisionTask.Detect.Mark(SavedNetwork.Prepare(
        Model, Input, [.. Settings.Outputs.Select(o => o.Name)], [.. Settings.Outputs.Select(o => o.Length)], Settings,
        [.. Settings.Outputs.Select(o => o.Shape)]));

    private static DetectionSettings FromModel(OnnxModel model, NetworkInput input, ObjectDetectorOptions options)
    {
        var (heads, known) = HeadsOf(model, input, options);
        var usual = heads[0].Conventions;
        return new DetectionSettings
        {
            Resize = usual.ResizeTo(input.Width, input.Height) with { Mode = SavedNetwork.SavedResize(model) ?? usual.Resize },
            Preprocess = options.Preprocess ?? StatedInput.Preprocess(model) ?? usual.Preprocess ?? PixelNormalization.Unit.Name,
            Labels = model.GetNames() ?? LabelsOf(heads[0]),
            Heads = heads,
            Outputs = known is null
                ? Outputs(model, input, [.. heads.SelectMany(h => h.Outputs)])
                : [.. heads.SelectMany(h => h.Outputs).Select(name => known.First(o => o.Name == name))],
            Detection = usual.Options,
        };
    }

    /// <summary>
    /// The heads: as the user names them, else as the metadata states them, else as the shapes of the outputs tell; these shapes, which may have cost a
    /// run, are given then.
    /// </summary>
    private static (IReadOnlyList<IDetectionHead> Heads, IReadOnlyList<HeadOutput>? Known) HeadsOf(OnnxModel model, NetworkInput input, ObjectDetectorOptions options)
    {
        var anchors = options.AnchorsFile is null ? null : YoloAnchorsFile.Read(options.AnchorsFile);
        if (options.Head is null)
        {
            if (anchors is not null) return (YoloHeadReader.FromAnchors(model, anchors, model.GetNames()), null);
            if (DetectionHeads.Of(model) is { } stated) return (stated, null);
        }
        var form = FormOf(model, input) with { Anchors = anchors };
        return ([HeadRecognition.Of(form, options.Head)], form.Outputs);
    }

    /// <summary>What is known of a network whose metadata names no heads.</summary>
    private static NetworkForm FormOf(OnnxModel model, NetworkInput input)
    {
        string[] names = [.. model.Outputs.Where(o => o.Type == TensorProto.Types.DataType.Float).Select(o => o.Name)];
        ForeignOperators.RequireNone(model);
        return new(model, input.Width, input.Height, names.Length == 0 ? [] : Outputs(model, input, names)) { Labels = model.GetNames() };
    }

    private static IReadOnlyList<string> LabelsOf(IDetectionHead head)
    {
        if (head.Conventions.Labels is { } usual && usual.Count == head.Classes) return usual;
        return head is FamilyHead && head.Classes == CocoLabels.Count
            ? CocoLabels.Names
            : [.. Enumerable.Range(0, head.Classes).Select(i => FormattableString.Invariant($"class {i}"))];
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
