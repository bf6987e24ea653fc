using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlNetVision.Files;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;

namespace MlNetVision.Classification;

/// <summary>A classification network and the settings of its chain, read from the model and the user's options.</summary>
/// <param name="Model">The network as it was given.</param>
/// <param name="Output">The name of its output that holds the scores.</param>
/// <param name="Running">The network as it runs: its output <see cref="ClassifierGraph.Scores"/> is a vector of scores.</param>
/// <param name="Input">The image input of <paramref name="Running"/>.</param>
/// <param name="Settings">The rest.</param>
internal sealed record ClassificationNetwork(
    OnnxModel Model, string Output, OnnxModel Running, NetworkInput Input, ClassificationSettings Settings) : VisionNetwork(Model, Input)
{
    /// <inheritdoc/>
    public override PipelineSettings Pipeline => Settings;

    /// <summary>Reads the model's metadata; options win.</summary>
    /// <exception cref="BadModelException">The model is no classification network, or its parts disagree.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static ClassificationNetwork Of(OnnxModel model, ImageClassifierOptions options)
    {
        VisionTask.Classify.Require(model);
        model = NetworkInput.Sized(StandaloneClassifier.Strip(model), options.Size);
        var network = model.Metadata[SavedNetwork.SettingsKey] is null ? FromModel(model, options) : FromSaved(model, options);
        var saved = network.Settings;
        return network with
        {
            Device = options.Device ?? model.GetDevice(),
            Settings = saved with
            {
                Resize = SavedNetwork.ResizeTo(network.Input, saved.Resize, options),
                Top = options.Top ?? saved.Top,
            },
        };
    }

    /// <inheritdoc/>
    protected override OnnxModel PrepareForTask()
    {
        var prepared = SavedNetwork.Prepare(Running, Input, [ClassifierGraph.Scores], [Settings.Labels.Count], Settings);
        SlotNames.Set(prepared, SavedNetwork.Outputs, Settings.Labels);
        return VisionTask.Classify.Mark(prepared);
    }

    private static ClassificationNetwork FromModel(OnnxModel model, ImageClassifierOptions options)
    {
        var input = NetworkInput.Of(model, orGrey: true);
        var output = ClassifierOutput.Of(model, input, options.Output);
        var settings = new ClassificationSettings
        {
            Resize = new ResizeOptions
            {
                Width = input.Width, Height = input.Height, Resampler = Resampler.Area, Rounding = LetterboxRounding.Nearest,
                Mode = SavedNetwork.SavedResize(model) ?? ResizeMode.Stretch,
            },
            Preprocess = options.Preprocess ?? StatedInput.Preprocess(model) ?? Usual(model, input).Name,
            Labels = ClassifierLabels.For(model, output.Classes),
            AddsSoftmax = options.Softmax ?? !output.IsProbability,
        };
        input.RequireFits(settings.Preprocess, model.Name);
        return new ClassificationNetwork(model, output.Name, ClassifierGraph.Build(model, output, settings.AddsSoftmax), input, settings)
        {
            Assumptions = [.. Assumed(model, input, output, options, settings)],
        };
    }

    private static ClassificationNetwork FromSaved(OnnxModel model, ImageClassifierOptions options)
    {
        var settings = SettingsJson.Read(model.Metadata[SavedNetwork.SettingsKey]!, ClassificationSettings.Json, model.Name);
        SavedNetwork.RequirePreprocess(model, settings.Preprocess, options.Preprocess);
        if (options.Softmax is { } softmax && softmax != settings.AddsSoftmax)
            throw new ArgumentException(
                $"{model.Name} was saved {(settings.AddsSoftmax ? "with" : "without")} a softmax of its own, which cannot be changed.");
        SavedNetwork.RequireOutputs(model, [(ClassifierGraph.Scores, settings.Labels.Count)]);
        if (options.HasLabels) settings = settings with { Labels = ClassifierLabels.For(model, settings.Labels.Count) };
        return new ClassificationNetwork(model, ClassifierGraph.Scores, model, NetworkInput.Of(model), settings);
    }

    private static IEnumerable<string> Assumed(
        OnnxModel model, NetworkInput input, ClassifierOutput output, ImageClassifierOptions options, ClassificationSettings settings)
    {
        if (model.GetNames() is null) yield return "the model names no classes; they are named by their numbers.";
        if (!input.Bytes && options.Preprocess is null && StatedInput.Preprocess(model) is null)
            yield return AssumedPreprocess(settings.Preprocess, Usual(model, input).For);
        if (output.HasUnknownScale) yield return "the model does not state the scale of its 8-bit scores; 1/256 is used.";
    }

    private static (string Name, string For) Usual(OnnxModel model, NetworkInput input) => PixelConvention.Of(input, FeaturizerPreset.Of(model));
}

/// <summary>All that a classification chain needs besides the network; it travels as JSON in a saved pipeline.</summary>
internal sealed record ClassificationSettings : PipelineSettings
{
    /// <summary>Their form as JSON.</summary>
    public static JsonTypeInfo<ClassificationSettings> Json { get; } = SettingsJson.Form<ClassificationSettings>(
        ClassificationSettingsJson.Default,
        [JsonDefaults.Of(() => new ClassificationSettings { Resize = null!, Preprocess = "", Labels = [], AddsSoftmax = false })]);

    /// <summary>The class names, one for each score.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Whether a softmax was appended to the network.</summary>
    public required bool AddsSoftmax { get; init; }

    /// <summary>How many classes a result names.</summary>
    public int Top { get; init; } = 5;

    /// <inheritdoc/>
    public override string ToJson() => JsonSerializer.Serialize(this, Json);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ClassificationSettings))]
internal sealed partial class ClassificationSettingsJson : JsonSerializerContext;

/// <summary>The usual input normalisation, where neither the model nor an option states it.</summary>
internal static class PixelConvention
{
    /// <summary>The name of the input normalisation, and the kind of network it is usual for.</summary>
    /// <param name="input">The network's input.</param>
    /// <param name="preset">The published family that the network is of; null: none that is known.</param>
    public static (string Name, string For) Of(NetworkInput input, FeaturizerPreset? preset)
    {
        if (input.Bytes) return (PixelNormalization.Raw.Name, "8-bit inputs");
        if (input.Channels == 1) return (PixelNormalization.Raw.Name, "grey of 0 to 255, such as the ONNX model zoo's MNIST (white digits on black)");
        if (preset is not null) return (preset.Preprocess, preset.Description);
        return input.Layout == PixelLayout.Nhwc ? (PixelNormalization.TensorFlow.Name, "N×H×W×3") : (PixelNormalization.ImageNet.Name, "N×3×H×W");
    }
}
