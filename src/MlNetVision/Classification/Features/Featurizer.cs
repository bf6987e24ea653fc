using System.Runtime.CompilerServices;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Classification;

/// <summary>
/// Tells what a trained network sees in images, as rows of numbers: a network cut before its own classes, whose features a
/// classifier of other classes is trained on (bottleneck features; Donahue et al., arXiv:1310.1531). All members may be called
/// from several threads at once. It owns the ONNX Runtime sessions:
/// dispose it, whenever you like; calls that are running end normally.
/// </summary>
/// <example><code>
/// using var featurizer = Featurizer.Load("vgg16-notop.onnx");
/// float[] features = featurizer.Extract("rose.jpg");   // 512 numbers
/// </code></example>
public sealed class Featurizer : IDisposable
{
    private readonly FeatureNetwork _network;
    private readonly ImageNetwork<float[]> _images;
    private readonly Lazy<string> _key;

    private Featurizer(FeatureNetwork network, FeaturizerOptions options)
    {
        _network = network;
        _key = new(network.Key);
        _images = new(typeof(Featurizer), network.Model, network.Input, [FeatureTail.Output], network.Settings,
            WorkerCount.Of(options.Threads), (_, outputs, _) => [.. outputs[0].Floats], options.Limits);
    }

    /// <summary>The number of features of an image.</summary>
    public int FeatureCount => _network.Count;

    /// <summary>The cut network as data: one image in, the output <c>features</c> (float, N × <see cref="FeatureCount"/>) out.</summary>
    public OnnxModel Model => _network.Model;

    /// <summary>The layer or tensor that the network was cut at.</summary>
    public string Layer => _network.Settings.Layer!;

    /// <summary>The preset that fits the network or was asked for; null: none.</summary>
    public FeaturizerPreset? Preset => _network.Preset;

    /// <summary>How an image is brought to the network's size.</summary>
    public ResizeOptions Resize => _network.Settings.Resize;

    /// <summary>The name of the pre-processing.</summary>
    public string Preprocess => _network.Settings.Preprocess;

    /// <summary>
    /// SHA-256 in lower-case hexadecimal digits of all that the features of an image depend on: the network and where it is cut,
    /// pooling, size, resize and pre-processing. Features of one key may be kept and used again.
    /// </summary>
    public string Key => _key.Value;

    /// <summary>Opens a featurizer by the name of a bundled or catalogue model, or the path of an <c>.onnx</c> or <c>.zip</c>.</summary>
    /// <param name="model">Any network that takes one image; it is cut as the options say.</param>
    /// <param name="options">Where it is cut and how it reads images; null: the defaults.</param>
    /// <exception cref="BadModelException">There is no such model or layer, it takes no image, or the layer is no map of features; the message names the file and near names.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static Featurizer Load(string model, FeaturizerOptions? options = null) => Load(ModelLocator.Open(model), options);

    /// <summary>Opens a featurizer on a network in memory.</summary>
    /// <inheritdoc cref="Load(string, FeaturizerOptions?)"/>
    public static Featurizer Load(OnnxModel model, FeaturizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new FeaturizerOptions();
        return new Featurizer(FeatureNetwork.Of(model, options), options);
    }

    /// <summary>The features of an image file.</summary>
    /// <exception cref="BadImageException">The image cannot be read; the message names it.</exception>
    public float[] Extract(string path) => _images.Run(path);

    /// <summary>The features of an image in memory, which is neither changed nor disposed.</summary>
    public float[] Extract(RgbImage image) => _images.Run(image, "");

    /// <summary>The features of an image file, on the thread pool.</summary>
    /// <inheritdoc cref="Extract(string)"/>
    public Task<float[]> ExtractAsync(string path, CancellationToken cancellation = default) => Task.Run(() => _images.Run(path, cancellation), cancellation);

    /// <summary>
    /// The features of many image files, several at once, in their order and with few in memory.
    /// An image that cannot be read is an outcome with an error, and the rest go on.
    /// </summary>
    /// <param name="paths">The files; read only as far ahead as there is room.</param>
    /// <param name="cancellation">Stops the networks that are running, between two layers; images that are past theirs are finished, and are outcomes still.</param>
    public async IAsyncEnumerable<Outcome<float[]>> ExtractManyAsync(IEnumerable<string> paths, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var (path, features, error) in _images.RunMany(paths, then: null, cancellation).ConfigureAwait(false))
            yield return new Outcome<float[]>(path, features, error);
    }

    /// <summary>
    /// Saves the whole chain, with these options, as an ML.NET model: from the text column <c>ImagePath</c> to the column
    /// <c>Features</c>, a vector of floats. <c>mlContext.Model.Load</c> reads it in any app that has this library, and so does
    /// <see cref="Load(string, FeaturizerOptions?)"/>.
    /// </summary>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when whole.</param>
    public void SaveZip(string path) => ChainFile.Save(path, context =>
        FeatureTransformsCatalog.FeaturizeImages(context.Transforms, _network, "Features", ChainFile.ImagePath, images: false));

    /// <summary>Frees the ONNX Runtime sessions, at once or when the last call that is running ends; later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _images.Dispose();
}
