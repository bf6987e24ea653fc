using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;

namespace MlNetVision.Segmentation;

/// <summary>Segments images with a network such as DeepLab.</summary>
/// <example><code>
/// using var segmenter = Segmenter.Load("deeplabv3.onnx");
/// foreach (var share in segmenter.Segment("street.jpg").Mask.Shares()) Console.WriteLine($"{share.Label} {share.Fraction:P0}");
/// </code></example>
/// <inheritdoc/>
public sealed class Segmenter : VisionModel<SegmentationResult>
{
    private Segmenter(SegmentationNetwork network, SegmenterOptions options) : base(network, Engine(network, options), options) => Network = network;

    /// <summary>The class names, by class index.</summary>
    public IReadOnlyList<string> Labels => Network.Settings.Labels;

    /// <summary>The network's output.</summary>
    public SegmentationForm Form => Network.Settings.Output.Form;

    internal SegmentationNetwork Network { get; }

    /// <summary>Opens a segmenter.</summary>
    /// <param name="model">
    /// The name of a bundled or catalogue model; an <c>.onnx</c> or <c>.zip</c>; its bytes, a stream, or a network in memory.
    /// </param>
    /// <param name="options">How the model and the images are read, and what masks hold; null: as the model states.</param>
    /// <exception cref="BadModelException">There is no such model, or it is no segmentation network; the message names the file.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static Segmenter Load(ModelSource model, SegmenterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new SegmenterOptions();
        return new Segmenter(SegmentationNetwork.Of(model.Open(options.CheckedOpening()), options), options);
    }

    /// <summary>Segments an image.</summary>
    /// <param name="image">The image: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="cancellationToken">Stops the network between two layers.</param>
    /// <inheritdoc cref="VisionModel{TResult}.Run" path="/exception"/>
    public SegmentationResult Segment(ImageSource image, CancellationToken cancellationToken = default) => Run(image, cancellationToken);

    /// <summary>Segments an image on the thread pool.</summary>
    /// <inheritdoc cref="Segment"/>
    public Task<SegmentationResult> SegmentAsync(ImageSource image, CancellationToken cancellationToken = default) =>
        RunAsync(image, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<SegmentationResult>> SegmentManyAsync(
        IEnumerable<string> images, Action<RgbImage, SegmentationResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<SegmentationResult>> SegmentManyAsync(
        IEnumerable<ImageSource> images, Action<RgbImage, SegmentationResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<SegmentationResult>> SegmentManyAsync(
        IAsyncEnumerable<ImageSource> images, Action<RgbImage, SegmentationResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    private static SessionEngine<SegmentationResult> Engine(SegmentationNetwork network, SegmenterOptions options)
    {
        var parser = new MaskParser(network.Settings, network.Model.Name);
        return new(
            network, network.Model, [network.Settings.Output.Name], options.Threads, Parse, options.Windows ? InWindows(network, Parse) : null);

        SegmentationResult Parse(string name, IReadOnlyList<NetworkOutput> outputs, ImageGeometry geometry) =>
            new(name, geometry.ImageWidth, geometry.ImageHeight, parser.Parse(outputs[0].Data, geometry));
    }

    private static SessionEngine<SegmentationResult>.ByRun InWindows(SegmentationNetwork network, SessionEngine<SegmentationResult>.Parser parse)
    {
        var windows = new WindowSegmenter(network.Settings, network.Input, network.Model.Name);
        return (name, image, run, normalization, cancellationToken) => windows.Serves(image)
            ? new SegmentationResult(name, image.Width, image.Height, windows.Segment(image, run, normalization, cancellationToken))
            : parse(name, run.Run(normalization, image, network.Settings.Resize, out var geometry, cancellationToken), geometry);
    }
}

/// <summary>How a segmenter reads its model and its images, and what its masks hold. Null: as the model states, else the default given.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Stretch"/>; <see cref="Resampler.Area"/>, antialiased as Pillow's and TensorFlow's; input
/// normalisation by the published conventions: <c>tf</c> (−1…1) for float N×H×W×3, as TensorFlow's DeepLab, and <c>imagenet</c> for float
/// N×3×H×W, as torchvision's. Class names: of 21 classes those of Pascal VOC, of 2
/// <c>background</c> and <c>foreground</c>, else numbers.
/// </remarks>
public sealed record SegmenterOptions : VisionOptions
{
    /// <summary>The name of the output that holds the classes. Null: the only one, or the one called <c>out</c>.</summary>
    public string? Output { get; init; }

    /// <summary>The form of that output. Null: from its type and shape; an ambiguity is an error.</summary>
    public SegmentationForm? Form { get; init; }

    /// <summary>The value of a matte above which a pixel is foreground, 0 to 1. Null: as saved, else 0.5. For the forms of mattes alone.</summary>
    public float? Threshold { get; init; }

    /// <summary>How the output is upsampled to the image's size. Null: as saved, else <see cref="MaskUpsampling.Scores"/>.</summary>
    public MaskUpsampling? Upsampling { get; init; }

    /// <summary>Whether masks stay at the size of the network's output, padding included. Null: as saved, else false.</summary>
    public bool? AtNetworkSize { get; init; }

    /// <summary>Whether masks carry a confidence for each pixel. Null: as saved, else true for mattes and false for all others.</summary>
    public bool? WithConfidence { get; init; }

    /// <summary>
    /// Whether an image larger than the network's input is segmented at its own size in windows, blended where they overlap, and not
    /// resized; smaller ones are resized. Default: false. Pipelines of ML.NET run a network once per row and refuse it.
    /// </summary>
    public bool Windows { get; init; }

    /// <inheritdoc/>
    internal override void Check()
    {
        base.Check();
        KnownValue.Require(Form, "Form of a segmentation output");
        KnownValue.Require(Upsampling, "Mask upsampling");
        if (Threshold is { } threshold && !(threshold is >= 0 and <= 1))
            throw new ArgumentException(FormattableString.Invariant($"The threshold is {threshold}; expected 0 to 1."));
    }
}

/// <summary>How the network's output is upsampled to a mask of the image's size.</summary>
public enum MaskUpsampling
{
    /// <summary>
    /// Scores are interpolated bilinearly and each pixel takes the class of the largest: smooth borders. Class maps use the nearest element.
    /// </summary>
    Scores,

    /// <summary>Each pixel takes the class of the nearest element.</summary>
    Classes,
}
