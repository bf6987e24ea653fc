using System.Diagnostics;
using System.Runtime.CompilerServices;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;
using MlNetVision.Pipelines;

namespace MlNetVision.Style;

/// <summary>
/// Gives images the style that a feed-forward network was trained for (Johnson, Alahi, Fei-Fei, arXiv:1603.08155), for
/// callers who know no ML.NET. All members may be called from several threads at once; the network works on one image at a
/// time, with all threads. It owns the ONNX Runtime sessions:
/// dispose it, whenever you like; calls that are running end normally.
/// </summary>
/// <example><code>
/// using var stylizer = ImageStylizer.Load("starry-night");
/// using var result = stylizer.Stylize("photo.jpg");
/// result.Stylized.Save("photo.starry.png");
/// </code></example>
public sealed class ImageStylizer : IDisposable
{
    // Two images at once: while one is in the network, the other is read or written.
    private const int AtOnce = 2;

    private readonly StyleNetwork _network;
    private readonly ImageLimits? _limits;
    private readonly Lock _gate = new();
    private readonly Lazy<IStyleEngine> _engine;
    private readonly UseCount _uses;

    private ImageStylizer(StyleNetwork network, ImageStylizerOptions options)
    {
        (_network, _limits) = (network, options.Limits);
        var threads = WorkerCount.Of(options.Threads);
        if (options.Tile && network.Free is null)
        {
            throw new ArgumentException(
                $"{network.Model.Name} takes images of {network.Input.Width}×{network.Input.Height} pixels only; larger ones are resized, and there is nothing to tile.");
        }
        _engine = network.Free is { } free ? new(new AnySizeEngine(free, network.Settings, options, threads)) : new(() => new FixedSizeEngine(network, threads));
        _uses = new UseCount(typeof(ImageStylizer), Free);
    }

    /// <summary>The network as data.</summary>
    public OnnxModel Model => _network.Free ?? _network.Model;

    /// <summary>Whether the network takes images of any size; else they are brought to its own, and its answers back.</summary>
    public bool TakesAnySize => _network.Free is not null;

    /// <summary>How an image is brought to the network's size, where it has one; in pipelines of ML.NET it always has.</summary>
    public ResizeOptions Resize => _network.Settings.Resize;

    /// <summary>The name of the pre-processing, which is undone in the answer.</summary>
    public string Preprocess => _network.Settings.Preprocess;

    /// <summary>What neither the model nor an option says, with the convention that was taken for it: a sentence each.</summary>
    public IReadOnlyList<string> Assumptions => _network.Assumptions;

    /// <summary>Opens a stylizer by the name of a bundled or catalogue model, or the path of an <c>.onnx</c>, <c>.t7</c> or <c>.zip</c>.</summary>
    /// <exception cref="BadModelException">There is no such model, it is no style network, or one that cannot be run tile by tile where that is asked for; the message names the file.</exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static ImageStylizer Load(string model, ImageStylizerOptions? options = null) => Load(ModelLocator.Open(model), options);

    /// <summary>Opens a stylizer on a network in memory.</summary>
    /// <inheritdoc cref="Load(string, ImageStylizerOptions?)"/>
    public static ImageStylizer Load(OnnxModel model, ImageStylizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ImageStylizerOptions();
        return new ImageStylizer(StyleNetwork.Of(model, options), options);
    }

    /// <summary>Stylises an image file, upright by its EXIF orientation and in sRGB by its colour profile.</summary>
    /// <returns>The result, at the photo's own size; the caller disposes it.</returns>
    /// <exception cref="BadImageException">The image cannot be read; the message names it.</exception>
    public StyleResult Stylize(string path) => Stylize(path, CancellationToken.None);

    /// <summary>Stylises an image in memory, which is neither changed nor disposed.</summary>
    /// <param name="image">The image.</param>
    /// <param name="name">What the result calls it. Default: empty.</param>
    /// <param name="cancellation">Stops the network between two layers.</param>
    /// <returns>The result, at the photo's own size; the caller disposes it.</returns>
    /// <exception cref="BadModelException">The network cannot be run on the image.</exception>
    public StyleResult Stylize(RgbImage image, string name = "", CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var use = _uses.Enter();
        return Run(image, name, cancellation);
    }

    /// <summary>Stylises an image file on the thread pool.</summary>
    /// <inheritdoc cref="Stylize(string)"/>
    public Task<StyleResult> StylizeAsync(string path, CancellationToken cancellation = default) => Task.Run(() => Stylize(path, cancellation), cancellation);

    /// <summary>
    /// Stylises many image files in their order, reading and writing some while the network works on another, with few in
    /// memory. An image that cannot be read is an outcome with an error, and the rest go on.
    /// </summary>
    /// <param name="paths">The files; read only as far ahead as there is room.</param>
    /// <param name="then">
    /// Work on each photo and its result while both are in memory, such as writing; it runs on several threads at once.
    /// Where it cannot read or write a file (<see cref="IOException"/>, <see cref="UnauthorizedAccessException"/>, <see cref="BadImageException"/>), that
    /// becomes the outcome's error; other exceptions end the enumeration. Null: nothing.
    /// </param>
    /// <param name="cancellation">Stops what is being worked on; see <see cref="Stylize(RgbImage, string, CancellationToken)"/>.</param>
    /// <returns>An outcome a file, whose result the caller disposes.</returns>
    public async IAsyncEnumerable<Outcome<StyleResult>> StylizeManyAsync(
        IEnumerable<string> paths, Action<RgbImage, StyleResult>? then = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        _uses.Enter().Dispose(); // of a disposed one nothing can be asked, not even nothing
        await foreach (var outcome in OrderedParallel.Run(paths, path => Attempt(path, then, cancellation), AtOnce, cancellation).ConfigureAwait(false))
            yield return outcome;
    }

    /// <summary>
    /// Saves the whole chain, with these options, as an ML.NET model: from the text column <c>ImagePath</c> to the column of
    /// images <c>Stylized</c>. <c>mlContext.Model.Load</c> reads it in any app that has this library, and so does
    /// <see cref="Load(string, ImageStylizerOptions?)"/>. In ML.NET, whose columns of pixels have one size, a network that takes any brings images to
    /// <see cref="ImageStylizerOptions.PipelineWidth"/> × <see cref="ImageStylizerOptions.PipelineHeight"/>; loaded here it takes them at their own again.
    /// </summary>
    /// <param name="path">The <c>.zip</c> file; it appears under its name when whole.</param>
    public void SaveZip(string path) => ChainFile.Save(path, context =>
        StyleTransformsCatalog.StylizeImages(context.Transforms, _network, "Stylized", ChainFile.ImagePath, images: false));

    /// <summary>Frees the ONNX Runtime sessions, at once or when the last call that is running ends; later calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _uses.Dispose();

    private void Free()
    {
        if (_engine.IsValueCreated) _engine.Value.Dispose();
    }

    private StyleResult Stylize(string path, CancellationToken cancellation)
    {
        using var use = _uses.Enter();
        using var image = RgbImage.LoadSrgb(path, _limits);
        return Run(image, path, cancellation);
    }

    private StyleResult Run(RgbImage image, string name, CancellationToken cancellation)
    {
        lock (_gate)
        {
            var clock = Stopwatch.GetTimestamp();
            var styled = _engine.Value.Stylize(image, cancellation);
            return new StyleResult(name, styled.Width, styled.Height, styled, Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
        }
    }

    private Outcome<StyleResult> Attempt(string path, Action<RgbImage, StyleResult>? then, CancellationToken cancellation)
    {
        using var use = _uses.Enter();
        StyleResult? result = null;
        try
        {
            using var image = RgbImage.LoadSrgb(path, _limits);
            result = Run(image, path, cancellation);
            then?.Invoke(image, result);
            return new Outcome<StyleResult>(path, result, null);
        }
        catch (Exception e)
        {
            result?.Dispose();
            if (e is not (BadImageException or IOException or UnauthorizedAccessException)) throw;
            return new Outcome<StyleResult>(path, null, e);
        }
    }
}
