using System.Runtime.CompilerServices;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Classification;

/// <summary>
/// Tells what an image shows with a classification network such as MobileNet or ResNet, for callers who know no ML.NET. All members
/// may be called from several threads at once. It owns the ONNX Runtime sessions:
/// dispose it, whenever you like; calls that are running end normally.
/// </summary>
/// <example><code>
/// using var classifier = ImageClassifier.Load("flowers");
/// foreach (var found in classifier.Classify("garden.jpg").Predictions) Console.WriteLine($"{found.Label} {found.Score:P0}");
/// </code></example>
public sealed partial class ImageClassifier : IDisposable
{
    private readonly ClassificationNetwork _network;
    private readonly ImageNetwork<ClassificationResult> _images;

    private ImageClassifier(ClassificationNetwork network, int workers, ImageLimits? limits)
    {
        _network = network;
        _images = new(typeof(ImageClassifier), network.Running, network.Input, [ClassifierGraph.Scores], network.Settings, workers, Parse, limits);
    }

    /// <summary>The class names, by class index.</summary>
    public IReadOnlyList<string> Labels => _network.Settings.Labels;

    /// <summary>The network as data.</summary>
    public OnnxModel Model => _network.Model;

    internal ClassificationNetwork Network => _network;

    /// <summary>How an image is brought to the network's size.</summary>
    public ResizeOptions Resize => _network.Settings.Resize;

    /// <summary>The name of the pre-processing.</summary>
    public string Preprocess => _network.Settings.Preprocess;

    /// <summary>Whether a softmax was put behind the network, because its graph has none or because it was asked for.</summary>
    public bool AddsSoftmax => _network.Settings.AddsSoftmax;

    /// <summary>What neither the model nor an option says, with the published convention that was taken for it: a sentence each.</summary>
    public IReadOnlyList<string> Assumptions => _network.Assumptions;

    /// <summary>Opens a classifier by the name of a bundled or catalogue model, or the path of an <c>.onnx</c> or <c>.zip</c>, standalone or not.</summary>
    /// <exception cref="BadModelException">There is no such model, or it is no classification network; the message names the file.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static ImageClassifier Load(string model, ImageClassifierOptions? options = null) =>
        Load(ModelLocator.Open(model, new OpenOptions { LabelsFile = options?.LabelsFile }), options);

    /// <summary>Opens a classifier on a network in memory.</summary>
    /// <inheritdoc cref="Load(string, ImageClassifierOptions?)"/>
    public static ImageClassifier Load(OnnxModel model, ImageClassifierOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ImageClassifierOptions();
        return new ImageClassifier(ClassificationNetwork.Of(model, options), WorkerCount.Of(options.Threads), options.Limits);
    }

    /// <summary>Classifies an image file.</summary>
    /// <exception cref="BadImageException">The image cannot be read; the message names it.</exception>
    public ClassificationResult Classify(string path) => _images.Run(path);

    /// <summary>Classifies an image in memory, which is neither changed nor disposed.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">What the result calls it. Default: empty.</param>
    public ClassificationResult Classify(RgbImage image, string name = "") => _images.Run(image, name);

    /// <summary>Classifies an image file on the thread pool.</summary>
    /// <inheritdoc cref="Classify(string)"/>
    public Task<ClassificationResult> ClassifyAsync(string path, CancellationToken cancellation = default) =>
        Task.Run(() => _images.Run(path, cancellation), cancellation);

    /// <summary>
    /// Classifies many image files, several at once, in their order and with few in memory.
    /// An image that cannot be read is an outcome with an error, and the rest go on.
    /// </summary>
    /// <param name="paths">The files; read only as far ahead as there is room.</param>
    /// <param name="then">
    /// Work on each image and its result while the image is in memory, such as drawing; it runs on several threads at once.
    /// Where it cannot read or write a file (<see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>, <see cref="BadImageException"/>), that
    /// becomes the outcome's error; other exceptions end the enumeration. Null: nothing.
    /// </param>
    /// <param name="cancellation">Stops the networks that are running, between two layers; images that are past theirs are finished, and are outcomes still.</param>
    public async IAsyncEnumerable<Outcome<ClassificationResult>> ClassifyManyAsync(
        IEnumerable<string> paths, Action<RgbImage, ClassificationResult>? then = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var (path, result, error) in _images.RunMany(paths, then, cancellation).ConfigureAwait(false))
            yield return new Outcome<ClassificationResult>(path, result, error);
    }

    /// <summary>Frees the ONNX Runtime sessions, at once or when the last call that is running ends; later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _images.Dispose();

    private ClassificationResult Parse(string name, IReadOnlyList<NetworkOutput> outputs, ImageGeometry geometry)
    {
        var scores = outputs[0].Floats;
        return new ClassificationResult(name, geometry.ImageWidth, geometry.ImageHeight, TopScores.Of(scores, Labels, _network.Settings.Top)) { Scores = [.. scores] };
    }
}
