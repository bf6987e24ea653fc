using System.Runtime.CompilerServices;
using MlNetVision.Imaging;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Classification;

/// <summary>
/// Tells what a picture shows with a classification network such as MobileNet or ResNet, for callers who know no ML.NET. All members
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
    private readonly PictureNetwork<ClassificationResult> _pictures;

    private ImageClassifier(ClassificationNetwork network, int workers, PictureLimits? limits)
    {
        _network = network;
        _pictures = new(typeof(ImageClassifier), network.Running, network.Input, [ClassifierGraph.Scores], network.Settings, workers, Parse, limits);
    }

    /// <summary>The class names, by class index.</summary>
    public IReadOnlyList<string> Labels => _network.Settings.Labels;

    /// <summary>The network as data.</summary>
    public OnnxModel Model => _network.Model;

    internal ClassificationNetwork Network => _network;

    /// <summary>How a picture is brought to the network's size.</summary>
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

    /// <summary>Classifies a picture file.</summary>
    /// <exception cref="BadImageException">The picture cannot be read; the message names it.</exception>
    public ClassificationResult Classify(string path) => _pictures.Run(path);

    /// <summary>Classifies a picture in memory, which is neither changed nor disposed.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="name">What the result calls it. Default: empty.</param>
    public ClassificationResult Classify(Picture picture, string name = "") => _pictures.Run(picture, name);

    /// <summary>Classifies a picture file on the thread pool.</summary>
    /// <inheritdoc cref="Classify(string)"/>
    public Task<ClassificationResult> ClassifyAsync(string path, CancellationToken cancellation = default) =>
        Task.Run(() => _pictures.Run(path, cancellation), cancellation);

    /// <summary>
    /// Classifies many picture files, several at once, in their order and with few in memory.
    /// A picture that cannot be read is an outcome with an error, and the rest go on.
    /// </summary>
    /// <param name="paths">The files; read only as far ahead as there is room.</param>
    /// <param name="then">
    /// Work on each picture and its result while the picture is in memory, such as drawing; it runs on several threads at once.
    /// Where it cannot read or write a file (<see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>, <see cref="BadImageException"/>), that
    /// becomes the outcome's error; other exceptions end the enumeration. Null: nothing.
    /// </param>
    /// <param name="cancellation">Stops the networks that are running, between two layers; pictures that are past theirs are finished, and are outcomes still.</param>
    public async IAsyncEnumerable<ClassificationOutcome> ClassifyManyAsync(
        IEnumerable<string> paths, Action<Picture, ClassificationResult>? then = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var (path, result, error) in _pictures.RunMany(paths, then, cancellation).ConfigureAwait(false))
            yield return new ClassificationOutcome(path, result, error);
    }

    /// <summary>Frees the ONNX Runtime sessions, at once or when the last call that is running ends; later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _pictures.Dispose();

    private ClassificationResult Parse(string name, IReadOnlyList<NetworkOutput> outputs, ImageGeometry geometry)
    {
        var scores = outputs[0].Floats;
        return new ClassificationResult(name, geometry.PictureWidth, geometry.PictureHeight, TopScores.Of(scores, Labels, _network.Settings.Top)) { Scores = [.. scores] };
    }
}
