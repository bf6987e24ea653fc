using System.Diagnostics;
using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Style;

/// <summary>
/// Stylises images with a feed-forward network (Johnson, Alahi, Fei-Fei, arXiv:1603.08155). The network runs one image at a time, with all
/// threads. Colour profiles of photos are applied (sRGB); a result has the photo's own size, and the caller disposes it.
/// </summary>
/// <example><code>
/// using var stylizer = ImageStylizer.Load("starry-night");
/// using var result = stylizer.Stylize("photo.jpg");
/// result.Stylized.Save("photo.starry.png");
/// </code></example>
/// <inheritdoc/>
public sealed class ImageStylizer : VisionModel<StyleResult>
{
    private ImageStylizer(StyleNetwork network, ImageStylizerOptions options) : base(network, new Engine(network, options), options) =>
        Network = network;

    /// <inheritdoc/>
    public override OnnxModel Model => Network.Free ?? Network.Model;

    /// <summary>Whether the network's size is free; else images are resized to it, and outputs back. In pipelines of ML.NET it is fixed.</summary>
    public bool TakesAnySize => Network.Free is not null;

    internal StyleNetwork Network { get; }

    /// <summary>Opens a stylizer.</summary>
    /// <param name="model">
    /// The name of a bundled or catalogue model; an <c>.onnx</c>, <c>.t7</c> or <c>.zip</c>; its bytes, a stream, or a network in memory.
    /// </param>
    /// <param name="options">How the model and the images are read; null: as the model states.</param>
    /// <exception cref="BadModelException">
    /// There is no such model, it is no style network, or it cannot be run tile by tile on request; the message names the file.
    /// </exception>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public static ImageStylizer Load(ModelSource model, ImageStylizerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new ImageStylizerOptions();
        return new ImageStylizer(StyleNetwork.Of(model.Open(options.CheckedOpening()), options), options);
    }

    /// <summary>Stylises an image.</summary>
    /// <param name="image">The image: a path, bytes, a stream, an image in memory, …; it is neither changed nor disposed.</param>
    /// <param name="cancellationToken">Stops the network between two layers.</param>
    /// <inheritdoc cref="VisionModel{TResult}.Run" path="/exception"/>
    public StyleResult Stylize(ImageSource image, CancellationToken cancellationToken = default) => Run(image, cancellationToken);

    /// <summary>Stylises an image on the thread pool.</summary>
    /// <inheritdoc cref="Stylize"/>
    public Task<StyleResult> StylizeAsync(ImageSource image, CancellationToken cancellationToken = default) => RunAsync(image, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<StyleResult>> StylizeManyAsync(
        IEnumerable<string> images, Action<RgbImage, StyleResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<StyleResult>> StylizeManyAsync(
        IEnumerable<ImageSource> images, Action<RgbImage, StyleResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    /// <inheritdoc cref="VisionModel{TResult}.RunManyAsync(IAsyncEnumerable{ImageSource}, Action{RgbImage, TResult}?, CancellationToken)"/>
    public IAsyncEnumerable<Outcome<StyleResult>> StylizeManyAsync(
        IAsyncEnumerable<ImageSource> images, Action<RgbImage, StyleResult>? then = null, CancellationToken cancellationToken = default) =>
        RunManyAsync(images, then, cancellationToken);

    private sealed class Engine : IImageEngine<StyleResult>
    {
        private readonly Lock _gate = new();
        private readonly DeviceList? _asked;
        private readonly Lazy<IStyleEngine> _engine;

        public Engine(StyleNetwork network, ImageStylizerOptions options)
        {
            _asked = network.Device;
            var threads = WorkerCount.Of(options.Threads);
            if (options.Tile && network.Free is null)
            {
                throw new ArgumentException(
                    $"{network.Model.Name} takes images of {network.Input.Width}×{network.Input.Height} pixels only; larger ones are resized, not "
                    + "tiled.");
            }
            _engine = network.Free is { } free
                ? new(new AnySizeEngine(free, network, options, threads))
                : new(() => new FixedSizeEngine(network, threads));
        }

        public bool TakesSrgb => true;

        public DeviceInUse Device => DeviceInUse.Of(_asked, () => _engine.Value.Device);

        public bool IsOpen => _engine.IsValueCreated && _engine.Value.IsOpen;

        // One image runs while another is read or written.
        public int AtOnce => 2;

        public StyleResult Process(RgbImage image, string name, bool isOneOfMany, CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                var clock = Stopwatch.GetTimestamp();
                var styled = _engine.Value.Stylize(image, cancellationToken);
                return new StyleResult(name, styled.Width, styled.Height, styled, Stopwatch.GetElapsedTime(clock).TotalMilliseconds);
            }
        }

        public void Dispose()
        {
            if (_engine.IsValueCreated) _engine.Value.Dispose();
        }
    }
}

/// <summary>How a stylizer reads its model and its images. Null: as the model states, else the default given.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Letterbox"/> with mirrored borders that are cropped afterwards, for networks of fixed size
/// (<see cref="ResizeMode.Crop"/> would lose parts and is refused); <see cref="Resampler.Area"/>, there and back; input normalisation, which is
/// undone in the output, <c>raw-bgr</c> where the network itself subtracts Caffe's means, blue first, and <c>raw</c> (RGB 0–255) elsewhere.
/// <c>Size</c> is the size of a network of free size in pipelines of ML.NET, whose columns have a fixed one: 720×720; a saved chain has its
/// own.
/// </remarks>
public sealed record ImageStylizerOptions : VisionOptions
{
    /// <summary>The name of the output that holds the stylised image. Null: the only one of three channels. A saved chain has its own.</summary>
    public string? Output { get; init; }

    /// <summary>
    /// Whether a network of free size runs a large image tile by tile, with the same output as for the whole: memory grows by about
    /// 24 bytes per pixel instead of about 250 (Johnson's networks), and time doubles or triples, because each normalisation needs the
    /// statistics of all tiles. Default: false, the whole image at once. See <see cref="TileSize"/>.
    /// </summary>
    public bool Tile { get; init; }

    /// <summary>
    /// The side of a tile in pixels, overlap included, at least 64. Default: 512. An image that fits in one tile is not tiled.
    /// </summary>
    public int TileSize { get; init; } = 512;

    /// <inheritdoc/>
    internal override void Check()
    {
        base.Check();
        if (Resize is ResizeMode.Crop)
            throw new ArgumentException("Stylised images cannot be cropped: a stylizer gives the whole image; expected letterbox or stretch.");
        if (TileSize < TileAxis.Shortest)
            throw new ArgumentException($"Tiles of {TileSize} pixels were asked for; expected at least {TileAxis.Shortest}.");
        if (Size is { } size && (size.Width is < 1 or > ResizeOptions.MaxLength || size.Height is < 1 or > ResizeOptions.MaxLength))
            throw new ArgumentException(
                $"A pipeline of {size.Width}×{size.Height} pixels was asked for; expected 1 to {ResizeOptions.MaxLength} each.");
    }
}

/// <summary>An image in another style. Dispose it, and with it <see cref="Stylized"/>.</summary>
/// <param name="Image">The path of the photo, or the name that the caller gave.</param>
/// <param name="Width">The width of the upright photo in pixels, and of the stylised image.</param>
/// <param name="Height">The height of both in pixels.</param>
/// <param name="Stylized">The stylised image, which this result owns.</param>
/// <param name="Milliseconds">The time from the decoded photo to the stylised image.</param>
public sealed record StyleResult(string Image, int Width, int Height, RgbImage Stylized, double Milliseconds) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Stylized.Dispose();
}
