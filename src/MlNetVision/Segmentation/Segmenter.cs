using System.Runtime.CompilerServices;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Pipelines;

namespace MlNetVision.Segmentation;

/// <summary>
/// Tells the class of every pixel with a segmentation network such as DeepLab, for callers who know no ML.NET. All members
/// may be called from several threads at once. It owns the ONNX Runtime sessions:
/// dispose it, whenever you like; calls that are running end normally.
/// </summary>
/// <example><code>
/// using var segmenter = Segmenter.Load("deeplabv3.onnx");
/// foreach (var share in segmenter.Segment("street.jpg").Mask.Shares()) Console.WriteLine($"{share.Label} {share.Fraction:P0}");
/// </code></example>
public sealed class Segmenter : IDisposable
{
    private readonly SegmentationNetwork _network;
    private readonly MaskParser _parser;
    private readonly ImageNetwork<SegmentationResult> _images;

    private Segmenter(SegmentationNetwork network, SegmenterOptions options)
    {
        _network = network;
        _parser = new MaskParser(network.Settings, network.Model.Name);
        _images = new(typeof(Segmenter), network.Model, network.Input, [network.Settings.Output.Name], network.Settings,
            WorkerCount.Of(options.Threads), Parse, options.Limits, options.Windows ? InWindows() : null);
    }

    /// <summary>The class names, by class index.</summary>
    public IReadOnlyList<string> Labels => _network.Settings.Labels;

    /// <summary>The network as data.</summary>
    public OnnxModel Model => _network.Model;

    /// <summary>How an image is brought to the network's size.</summary>
    public ResizeOptions Resize => _network.Settings.Resize;

    /// <summary>The name of the pre-processing.</summary>
    public string Preprocess => _network.Settings.Preprocess;

    /// <summary>What neither the model nor an option says, with the published convention that was taken for it: a sentence each.</summary>
    public IReadOnlyList<string> Assumptions => _network.Assumptions;

    /// <summary>What the network gives, as it was read from the model.</summary>
    public SegmentationForm Form => _network.Settings.Output.Form;

    /// <summary>Opens a segmenter by the name of a bundled or catalogue model, or the path of an <c>.onnx</c> or <c>.zip</c>.</summary>
    /// <exception cref="BadModelException">There is no such model, or it is no segmentation network; the message names the file.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static Segmenter Load(string model, SegmenterOptions? options = null) =>
        Load(ModelLocator.Open(model, new OpenOptions { LabelsFile = options?.LabelsFile }), options);

    /// <summary>Opens a segmenter on a network in memory.</summary>
    /// <inheritdoc cref="Load(string, SegmenterOptions?)"/>
    public static Segmenter Load(OnnxModel model, SegmenterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new SegmenterOptions();
        return new Segmenter(SegmentationNetwork.Of(model, options), options);
    }

    /// <summary>Segments an image file.</summary>
    /// <exception cref="BadImageException">The image cannot be read; the message names it.</exception>
    public SegmentationResult Segment(string path) => _images.Run(path);

    /// <summary>Segments an image in memory, which is neither changed nor disposed.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">What the result calls it. Default: empty.</param>
    public SegmentationResult Segment(RgbImage image, string name = "") => _images.Run(image, name);

    /// <summary>Segments an image file on the thread pool.</summary>
    /// <inheritdoc cref="Segment(string)"/>
    public Task<SegmentationResult> SegmentAsync(string path, CancellationToken cancellation = default) =>
        Task.Run(() => _images.Run(path, cancellation), cancellation);

    /// <summary>
    /// Segments many image files, several at once, in their order and with few in memory.
    /// An image that cannot be read is an outcome with an error, and the rest go on.
    /// </summary>
    /// <param name="paths">The files; read only as far ahead as there is room.</param>
    /// <param name="then">
    /// Work on each image and its mask while the image is in memory, such as drawing; it runs on several threads at once.
    /// Where it cannot read or write a file (<see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>, <see cref="BadImageException"/>), that
    /// becomes the outcome's error; other exceptions end the enumeration. Null: nothing.
    /// </param>
    /// <param name="cancellation">Stops the networks that are running, between two layers; images that are past theirs are finished, and are outcomes still.</param>
    public async IAsyncEnumerable<Outcome<SegmentationResult>> SegmentManyAsync(
        IEnumerable<string> paths, Action<RgbImage, SegmentationResult>? then = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var (path, result, error) in _images.RunMany(paths, then, cancellation).ConfigureAwait(false))
            yield return new Outcome<SegmentationResult>(path, result, error);
    }

    /// <summary>
    /// Saves the whole chain, with these options, as an ML.NET model: from the text column <c>ImagePath</c> to the column
    /// <c>Mask</c>. <c>mlContext.Model.Load</c> reads it in any app that has this library, and so does
    /// <see cref="Load(string, SegmenterOptions?)"/>.
    /// </summary>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when whole.</param>
    public void SaveZip(string path) => ChainFile.Save(path, context =>
        SegmentationTransformsCatalog.SegmentImages(context.Transforms, _network, "Mask", ChainFile.ImagePath, images: false));

    /// <summary>Frees the ONNX Runtime sessions, at once or when the last call that is running ends; later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _images.Dispose();

    private SegmentationResult Parse(string name, IReadOnlyList<NetworkOutput> outputs, ImageGeometry geometry) =>
        new(name, geometry.ImageWidth, geometry.ImageHeight, _parser.Parse(outputs[0].Data, geometry));

    private ImageNetwork<SegmentationResult>.Answer InWindows()
    {
        var windows = new WindowSegmenter(_network.Settings, _network.Input, _network.Model.Name);
        return (name, image, run, normalization, cancellation) => windows.Serves(image)
            ? new SegmentationResult(name, image.Width, image.Height, windows.Segment(image, run, normalization, cancellation))
            : Parse(name, run.Run(normalization, image, Resize, out var geometry, cancellation), geometry);
    }
}
