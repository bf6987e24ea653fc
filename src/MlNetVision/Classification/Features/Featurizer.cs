using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;

namespace MlNetVision.Classification;

/// <summary>
/// Extracts features with a trained network that is cut before its own classes, which a
/// classifier of other classes can be trained on (bottleneck features; Donahue et al., arXiv:1310.1531).
/// </summary>
/// <example><code>
/// using var featurizer = Featurizer.Load("vgg16-notop.onnx");
/// float[] features = featurizer.Extract("rose.jpg");   // 512 numbers
/// </code></example>
/// <inheritdoc/>
public sealed class Featurizer : VisionModel<float[]>
{
    private readonly Lazy<string> _key;

    private Featurizer(FeatureNetwork network, FeaturizerOptions options)
        : base(
            network,
            new SessionEngine<float[]>(
                network, network.Model, [FeatureTail.Output], options.Threads,
                (_, outputs, _) => Checked(outputs[0].Floats, network.Model.Name)),
            options) =>
        (Network, _key) = (network, new(network.Key));

    /// <summary>
    /// The number of features of an image. <see cref="VisionModel{TResult}.Model"/> is the cut network: its output <c>features</c> is float,
    /// N × this number.
    /// </summary>
    public int FeatureCount => Network.Count;

    /// <summary>The layer or tensor that the network was cut at.</summary>
    public string Layer => Network.Settings.Layer!;

    /// <summary>The preset that matches the network or was given; null: none.</summary>
    public FeaturizerPreset? Preset => Network.Preset;

    /// <summary>
    /// SHA-256, in lower-case hexadecimal digits, of everything that an image's features depend on: the network, the cut,
    /// pooling, size, resize and input normalisation. Features with the same key can be cached.
    /// </summary>
    public string Key => _key.Value;

    internal FeatureNetwork Network { get; }

    /// <summary>Opens a featurizer.</summary>
    /// <param name="model">
    /// Any network that takes one image: the name of a model, an <c>.onnx</c> or <c>.zip</c>, its bytes, a stream, or a network in memory.
    /// </param>
    /// <param name="options">Where it is cut and how it reads images; null: the defaults.</param>
    /// <exception cref="BadModelException">
    /// There is no such model or layer, it takes no image, or the layer is not a feature map; the message names the file and near names.
    /// </exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static Featurizer Load(ModelSource model, FeaturizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new FeaturizerOptions();
        return new Featurizer(FeatureNetwork.Of(model.Open(options.CheckedOpening()), options), options);
    }

    /// <summary>The features of an image.</summary>
    /// <param name="image">The image: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="cancellationToken">Stops the network between two layers.</param>
    /// <inheritdoc cref="VisionModel{TResult}.Run" path="/exception"/>
    public float[] Extract(ImageSource image, CancellationToken cancellationToken = default) => Run(image, cancellationToken);

    /// <summary>The features of an image on the thread pool.</summary>
    /// <inheritdoc cref="Extract"/>
    public Task<float[]> ExtractAsync(ImageSource image, CancellationToken cancellationToken = default) => RunAsync(image, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<float[]>> ExtractManyAsync(
        IEnumerable<string> images, Action<RgbImage, float[]>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<float[]>> ExtractManyAsync(
        IEnumerable<ImageSource> images, Action<RgbImage, float[]>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<float[]>> ExtractManyAsync(
        IAsyncEnumerable<ImageSource> images, Action<RgbImage, float[]>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    private static float[] Checked(float[] features, string model)
    {
        NetworkValues.RequireNumbers(features, $"{model}: the layer of the features");
        return [.. features];
    }
}

/// <summary>Where a network is cut, and how it reads images. Null: as the model states, else as its <see cref="FeaturizerPreset"/> states.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Stretch"/>; <see cref="Resampler.Area"/>, antialiased as Pillow's; a size of
/// <see cref="DefaultSize"/> where nothing states one; input normalisation as <see cref="Preset"/> where it is given, else as the model states,
/// else as the preset that fits.
/// </remarks>
public sealed record FeaturizerOptions : VisionOptions
{
    /// <summary>The side of the input where neither the network nor its metadata states one, in pixels: 224.</summary>
    public const int DefaultSize = 224;

    /// <summary>
    /// The layer or tensor to cut at, such as <c>block5_pool</c>. Null: the last pooling; in networks whose classes are
    /// scored by a convolution before the last pooling, as in SqueezeNet, what that convolution reads.
    /// </summary>
    public string? Cut { get; init; }

    /// <summary>
    /// How a feature map becomes a vector. Default: <see cref="FeaturePooling.GlobalAverage"/>. A layer without positions is used as it is.
    /// </summary>
    public FeaturePooling Pooling { get; init; }

    /// <summary>The name of one of <see cref="FeaturizerPreset.All"/>. Null: the one that fits the network.</summary>
    public string? Preset { get; init; }

    /// <inheritdoc/>
    internal override void Check()
    {
        base.Check();
        KnownValue.Require<FeaturePooling>(Pooling, nameof(Pooling));
    }
}

/// <summary>How a feature map becomes one vector.</summary>
public enum FeaturePooling
{
    /// <summary>The mean of each channel over all positions: C numbers (Lin et al., arXiv:1312.4400, section 3.2).</summary>
    GlobalAverage,

    /// <summary>All positions of all channels, in the order of the tensor: C·H·W numbers. They keep positions.</summary>
    Flatten,
}
