using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Surgery;

namespace MlNetVision.Classification;

/// <summary>A network that ends in features, and the settings of its chain, read from the model and the user's options.</summary>
/// <param name="Model">The cut network, with the one output <see cref="FeatureTail.Output"/>.</param>
/// <param name="Input">Its image input.</param>
/// <param name="Settings">The rest.</param>
/// <param name="Count">The number of features.</param>
internal sealed record FeatureNetwork(OnnxModel Model, NetworkInput Input, FeaturizerSettings Settings, int Count) : VisionNetwork(Model, Input)
{
    // Increase it when the same network gives other features, as after a change of resampling.
    private const string KeyVersion = "features/1";

    /// <inheritdoc/>
    public override PipelineSettings Pipeline => Settings;

    /// <summary>The preset in use; null: none.</summary>
    public FeaturizerPreset? Preset { get; private init; }

    /// <summary>Cuts the model and appends the pooling.</summary>
    /// <exception cref="BadModelException">The model takes no image, has no such layer, or the layer is not a feature map.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static FeatureNetwork Of(OnnxModel given, FeaturizerOptions options)
    {
        var model = NetworkInput.Sized(StandaloneClassifier.Strip(given), options.Size, FeaturizerOptions.DefaultSize);
        var input = NetworkInput.Of(model);
        var preset = options.Preset is { } name ? FeaturizerPreset.Parse(name) : FeaturizerPreset.Of(model);
        var saved = SavedNetwork.SettingsOf(model, FeaturizerSettings.Json, () => FromModel(model, input, options, preset));
        SavedNetwork.RequirePreprocess(model, saved.Preprocess, options.Preprocess);
        var layer = options.Cut ?? (saved.Layer is null ? LastPooling.Find(model) : FeatureTail.Output);
        var cut = model.Cut(layer);
        if (cut.Inputs.Count != 1) throw new BadModelException($"{model.Name}: the layer '{layer}' does not depend on the image.");
        InitializerInputs.Remove(cut);
        var count = FeatureTail.Append(cut, layer, options.Pooling);
        var settings = saved with
        {
            Resize = SavedNetwork.ResizeTo(input, saved.Resize, options),
            Layer = options.Cut ?? saved.Layer ?? layer,
        };
        Describe(cut, input, settings);
        return new FeatureNetwork(cut, NetworkInput.Of(cut), settings, count) { Preset = preset, Device = options.Device ?? given.GetDevice() };
    }

    /// <inheritdoc/>
    protected override OnnxModel PrepareForTask() => SavedNetwork.Prepare(Model, Input, [FeatureTail.Output], [Count], Settings);

    /// <summary>SHA-256, in lower-case hexadecimal digits, of everything that an image's features depend on.</summary>
    public string Key()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{KeyVersion}\n{Settings.ToJson()}\n"));
        hash.AppendData(Model.ToBytes());
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static FeaturizerSettings FromModel(OnnxModel model, NetworkInput input, FeaturizerOptions options, FeaturizerPreset? preset) => new()
    {
        Resize = new ResizeOptions
        {
            Width = input.Width, Height = input.Height, Resampler = Resampler.Area, Rounding = LetterboxRounding.Nearest,
            Mode = SavedNetwork.SavedResize(model) ?? ResizeMode.Stretch,
        },
        Preprocess = options.Preprocess ?? (options.Preset is null ? StatedInput.Preprocess(model) : null)
            ?? PixelConvention.Of(input, preset).Name,
    };

    /// <summary>Keeps the metadata of the input and drops that of the classes, which the cut network no longer has.</summary>
    private static void Describe(OnnxModel cut, NetworkInput input, FeaturizerSettings settings)
    {
        cut.SetImageSize(input.Height, input.Width);
        cut.Metadata[VisionMetadata.PreprocessKey] = settings.Preprocess;
        cut.Metadata[VisionMetadata.ResizeKey] = settings.Resize.Mode.ToString().ToLowerInvariant();
        string[] kept = [VisionMetadata.PreprocessKey, VisionMetadata.ResizeKey, VisionMetadata.LicenseKey];
        var ours = cut.Metadata.Keys.Where(k => k.StartsWith(VisionMetadata.Prefix, StringComparison.Ordinal)).Except(kept);
        foreach (var key in ours.Concat([VisionMetadata.NamesKey, VisionMetadata.TaskKey]).ToArray()) cut.Metadata[key] = null;
    }
}

/// <summary>All that a chain of features needs besides the network; it travels as JSON in a saved pipeline.</summary>
internal sealed record FeaturizerSettings : PipelineSettings
{
    /// <summary>Their form as JSON.</summary>
    public static JsonTypeInfo<FeaturizerSettings> Json { get; } = SettingsJson.Form<FeaturizerSettings>(FeaturizerSettingsJson.Default, []);

    /// <summary>The layer that the network was cut at; null in the settings of another task's pipeline.</summary>
    public string? Layer { get; init; }

    /// <inheritdoc/>
    public override string ToJson() => JsonSerializer.Serialize(this, Json);
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(FeaturizerSettings))]
internal sealed partial class FeaturizerSettingsJson : JsonSerializerContext;
