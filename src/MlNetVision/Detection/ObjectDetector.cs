using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;

namespace MlNetVision.Detection;

/// <summary>Finds objects in images with a YOLO network.</summary>
/// <example><code>
/// using var detector = ObjectDetector.Load("model.zip");
/// foreach (var found in detector.Detect("street.jpg").Detections) Console.WriteLine(found);
/// </code></example>
/// <inheritdoc/>
public sealed class ObjectDetector : VisionModel<DetectionResult>
{
    private ObjectDetector(DetectionNetwork network, ObjectDetectorOptions options) : base(network, Engine(network, options.Threads), options) =>
        Network = network;

    /// <summary>The class names, by class index.</summary>
    public IReadOnlyList<string> Labels => Network.Settings.Labels;

    /// <summary>Thresholds, classes and suppression.</summary>
    public DetectionOptions Options => Network.Settings.Detection;

    /// <summary>
    /// Whether each image runs at a size of its own (<see cref="ObjectDetectorOptions.FitsSize"/>, or as usual for the network's family), at most that of
    /// the resize. Pipelines of ML.NET, and so saved models, run all images at that size.
    /// </summary>
    public bool FitsSize => Network.Sizes is not null;

    internal DetectionNetwork Network { get; }

    /// <summary>Opens a detector.</summary>
    /// <param name="model">
    /// The name of a bundled or catalogue model; an <c>.onnx</c>, <c>.cfg</c> or <c>.zip</c>; its bytes, a stream, or a network in memory.
    /// </param>
    /// <param name="options">How the model and the images are read; null: as the model states.</param>
    /// <exception cref="BadModelException">There is no such model, or it is no detection network; the message names the file.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range, or names an unknown class.</exception>
    public static ObjectDetector Load(ModelSource model, ObjectDetectorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ObjectDetectorOptions();
        return new ObjectDetector(DetectionNetwork.Of(model.Open(options.CheckedOpening()), options), options);
    }

    /// <summary>Finds the objects in an image.</summary>
    /// <param name="image">The image: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="cancellationToken">Stops the network between two layers.</param>
    /// <inheritdoc cref="VisionModel{TResult}.Run" path="/exception"/>
    public DetectionResult Detect(ImageSource image, CancellationToken cancellationToken = default) => Run(image, cancellationToken);

    /// <summary>Finds the objects in an image on the thread pool.</summary>
    /// <inheritdoc cref="Detect"/>
    public Task<DetectionResult> DetectAsync(ImageSource image, CancellationToken cancellationToken = default) => RunAsync(image, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<DetectionResult>> DetectManyAsync(
        IEnumerable<string> images, Action<RgbImage, DetectionResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<DetectionResult>> DetectManyAsync(
        IEnumerable<ImageSource> images, Action<RgbImage, DetectionResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<DetectionResult>> DetectManyAsync(
        IAsyncEnumerable<ImageSource> images, Action<RgbImage, DetectionResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    private static SessionEngine<DetectionResult> Engine(DetectionNetwork network, int threads)
    {
        var settings = network.Settings;
        var parsers = new SizedParsers(settings);
        return new(network, network.Sizes is null ? network.Model : network.Free, [.. settings.Outputs.Select(o => o.Name)], threads, (name, outputs, geometry) =>
        {
            var values = new HeadValues[outputs.Count];
            for (var i = 0; i < values.Length; i++) values[i] = new(outputs[i].Floats, outputs[i].Shape);
            return new DetectionResult(name, geometry.ImageWidth, geometry.ImageHeight, parsers.For(geometry).Parse(values, geometry, settings.Detection));
        }, sizeOf: network.Sizes is { } sizes ? image => sizes.For(image.Width, image.Height) : null, batch: network.Batch);
    }
}

/// <summary>How a detector reads its model and its images. Null: as the model states, else the default given.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Letterbox"/> with Darknet's grey; <see cref="Resampler.Bilinear"/>, which is Darknet's; input
/// normalisation <c>unit</c>; of networks of other families what their head says (<see cref="IDetectionHead.Conventions"/>). A Darknet <c>.cfg</c>
/// states its resize: letterbox, but stretch for YOLO v1, and for networks of AlexeyAB's fork without <c>letter_box=1</c>.
/// </remarks>
public sealed record ObjectDetectorOptions : VisionOptions
{
    /// <summary>
    /// Thresholds, class lists and non-maximum suppression. Null: those saved with a <c>.zip</c>, else those that are usual for the network's family
    /// (<see cref="HeadConventions"/>).
    /// </summary>
    public DetectionOptions? Detection { get; init; }

    /// <summary>
    /// Changes the options that <see cref="Detection"/> or the model gives, for callers that replace only some of them. Null: no change.
    /// </summary>
    public Func<DetectionOptions, DetectionOptions>? Adjust { get; init; }

    /// <summary>A file with anchors as YAD2K writes them, for ONNX exports that do not carry them. Null: those in the model.</summary>
    public string? AnchorsFile { get; init; }

    /// <summary>
    /// The family of the network's head, such as <c>yolov8</c> or <c>yolox</c> (see <see cref="DetectionHeads.FamilyNames"/>). Null: as the model states,
    /// else as its outputs tell.
    /// </summary>
    public string? Head { get; init; }

    /// <summary>
    /// How many images of many go through the network in one run, 1 to 1,024, where it takes any number; a batch that is not full is padded. It pays on
    /// accelerators; on a processor images side by side are as fast. Null: as the network has it, else 1.
    /// </summary>
    public int? Batch { get; init; }

    /// <summary>
    /// Whether each image runs at the smallest size that its letterbox needs, where the network's input size is free: with sides that are multiples of the
    /// stride, at most <see cref="VisionOptions.Size"/>. It does not hold in pipelines of ML.NET, whose columns have one size. Default: false.
    /// </summary>
    public bool FitsSize { get; init; }
}
