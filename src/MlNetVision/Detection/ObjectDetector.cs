using System.Runtime.CompilerServices;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Detection;

/// <summary>
/// Finds objects in images with a YOLO network, for callers who know no ML.NET. All members may be called from several
/// threads at once. It owns the ONNX Runtime sessions:
/// dispose it, whenever you like; calls that are running end normally.
/// </summary>
/// <example><code>
/// using var detector = ObjectDetector.Load("model.zip");
/// foreach (var found in detector.Detect("street.jpg").Detections) Console.WriteLine(found);
/// </code></example>
public sealed partial class ObjectDetector : IDisposable
{
    private readonly DetectionNetwork _network;
    private readonly YoloGridParser _parser;
    private readonly ImageNetwork<DetectionResult> _images;

    private ObjectDetector(DetectionNetwork network, int workers, ImageLimits? limits)
    {
        _network = network;
        _parser = network.Settings.CreateParser();
        _images = new(typeof(ObjectDetector), network.Model, network.Input, [.. network.Settings.Heads.Select(h => h.Output)], network.Settings, workers, Parse, limits);
    }

    /// <summary>The class names, by class index.</summary>
    public IReadOnlyList<string> Labels => _network.Settings.Labels;

    /// <summary>The network as data.</summary>
    public OnnxModel Model => _network.Model;

    /// <summary>How an image is brought to the network's size.</summary>
    public ResizeOptions Resize => _network.Settings.Resize;

    /// <summary>What becomes a detection.</summary>
    public DetectionOptions Options => _network.Settings.Detection;

    /// <summary>Opens a detector by the name of a bundled or catalogue model, or the path of an <c>.onnx</c>, <c>.cfg</c> or <c>.zip</c>.</summary>
    /// <exception cref="BadModelException">There is no such model, or it is no YOLO network; the message names the file.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range, or names an unknown class.</exception>
    public static ObjectDetector Load(string model, ObjectDetectorOptions? options = null) =>
        Load(ModelLocator.Open(model, new OpenOptions { WeightsFile = options?.WeightsFile, LabelsFile = options?.LabelsFile }), options);

    /// <summary>Opens a detector on a network in memory.</summary>
    /// <inheritdoc cref="Load(string, ObjectDetectorOptions?)"/>
    public static ObjectDetector Load(OnnxModel model, ObjectDetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ObjectDetectorOptions();
        return new ObjectDetector(DetectionNetwork.Of(model, options), WorkerCount.Of(options.Threads), options.Limits);
    }

    /// <summary>Finds the objects in an image file.</summary>
    /// <exception cref="BadImageException">The image cannot be read; the message names it.</exception>
    public DetectionResult Detect(string path) => _images.Run(path);

    /// <summary>Finds the objects in an image in memory, which is neither changed nor disposed.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">What the result calls it. Default: empty.</param>
    public DetectionResult Detect(RgbImage image, string name = "") => _images.Run(image, name);

    /// <summary>Finds the objects in an image file on the thread pool.</summary>
    /// <inheritdoc cref="Detect(string)"/>
    public Task<DetectionResult> DetectAsync(string path, CancellationToken cancellation = default) =>
        Task.Run(() => _images.Run(path, cancellation), cancellation);

    /// <summary>
    /// Finds the objects in many image files, several at once, in their order and with few in memory.
    /// An image that cannot be read is an outcome with an error, and the rest go on.
    /// </summary>
    /// <param name="paths">The files; read only as far ahead as there is room.</param>
    /// <param name="then">
    /// Work on each image and its result while the image is in memory, such as drawing; it runs on several threads at once.
    /// Where it cannot read or write a file (<see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>, <see cref="BadImageException"/>), that
    /// becomes the outcome's error; other exceptions end the enumeration. Null: nothing.
    /// </param>
    /// <param name="cancellation">Stops the networks that are running, between two layers; images that are past theirs are finished, and are outcomes still.</param>
    public async IAsyncEnumerable<Outcome<DetectionResult>> DetectManyAsync(
        IEnumerable<string> paths, Action<RgbImage, DetectionResult>? then = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var (path, result, error) in _images.RunMany(paths, then, cancellation).ConfigureAwait(false))
            yield return new Outcome<DetectionResult>(path, result, error);
    }

    /// <summary>Frees the ONNX Runtime sessions, at once or when the last call that is running ends; later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _images.Dispose();

    private DetectionResult Parse(string name, IReadOnlyList<NetworkOutput> outputs, ImageGeometry geometry)
    {
        var grids = new YoloGrid[outputs.Count];
        for (var i = 0; i < grids.Length; i++) grids[i] = _network.Settings.Grids[i].Of(outputs[i].Floats);
        return new DetectionResult(name, geometry.ImageWidth, geometry.ImageHeight, _parser.Parse(grids, geometry, Options));
    }
}
