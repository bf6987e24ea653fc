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
    /// <param name="model">The name of a bundled or catalogue model; an <c>.onnx</c> or <c>.zip</c>; its bytes, a stream, or a network in memory.</param>
    /// <param name="options">How the model and the images are read, and what masks hold; null: as the model states.</param>
    /// <exception cref="BadModelException">There is no such model, or it is no segmentation network; the message names the file.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static Segmenter Load(ModelSource model, SegmenterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new SegmenterOptions();
        return new Segmenter(SegmentationNetwork.Of(model.Open(options.Opening), options), options);
    }

    /// <summary>Segments an image.</summary>
    /// <param name="image">The image: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="cancellation">Stops the network between two layers.</param>
    /// <inheritdoc cref="VisionModel{TResult}.Run" path="/exception"/>
    public SegmentationResult Segment(ImageSource image, CancellationToken cancellation = default) => Run(image, cancellation);

    /// <summary>Segments an image on the thread pool.</summary>
    /// <inheritdoc cref="Segment"/>
    public Task<SegmentationResult> SegmentAsync(ImageSource image, CancellationToken cancellation = default) => RunAsync(image, cancellation);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<SegmentationResult>> SegmentManyAsync(
        IEnumerable<string> images, Action<RgbImage, SegmentationResult>? then = null, CancellationToken cancellation = default) => RunManyAsync(images, then, cancellation);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<SegmentationResult>> SegmentManyAsync(
        IEnumerable<ImageSource> images, Action<RgbImage, SegmentationResult>? then = null, CancellationToken cancellation = default) => RunManyAsync(images, then, cancellation);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<SegmentationResult>> SegmentManyAsync(
        IAsyncEnumerable<ImageSource> images, Action<RgbImage, SegmentationResult>? then = null, CancellationToken cancellation = default) => RunManyAsync(images, then, cancellation);

    private static SessionEngine<SegmentationResult> Engine(SegmentationNetwork network, SegmenterOptions options)
    {
        var parser = new MaskParser(network.Settings, network.Model.Name);
        return new(network.Model, network.Input, [network.Settings.Output.Name], network.Settings, options.Threads, Parse, options.Windows ? InWindows(network, Parse) : null);

        SegmentationResult Parse(string name, IReadOnlyList<NetworkOutput> outputs, ImageGeometry geometry) =>
            new(name, geometry.ImageWidth, geometry.ImageHeight, parser.Parse(outputs[0].Data, geometry));
    }

    private static SessionEngine<SegmentationResult>.ByRun InWindows(SegmentationNetwork network, SessionEngine<SegmentationResult>.Parser parse)
    {
        var windows = new WindowSegmenter(network.Settings, network.Input, network.Model.Name);
        return (name, image, run, normalization, cancellation) => windows.Serves(image)
            ? new SegmentationResult(name, image.Width, image.Height, windows.Segment(image, run, normalization, cancellation))
            : parse(name, run.Run(normalization, image, network.Settings.Resize, out var geometry, cancellation), geometry);
    }
}
