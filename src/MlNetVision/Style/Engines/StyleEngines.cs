using MlNetVision.Imaging;
using MlNetVision.Inference;
using MlNetVision.Models;
using MlNetVision.Onnx;
using MlNetVision.Onnx.Runtime;

namespace MlNetVision.Style;

/// <summary>Runs a style network; called by one thread at a time.</summary>
internal interface IStyleEngine : IDisposable
{
    /// <summary>The device that runs the network, whose session is opened where none is.</summary>
    DeviceInUse Device { get; }

    /// <summary>Whether ONNX Runtime has taken the network.</summary>
    bool IsOpen { get; }

    /// <summary>Stylises an image, which is neither changed nor disposed.</summary>
    /// <returns>An image of the same size; the caller disposes it.</returns>
    RgbImage Stylize(RgbImage photo, CancellationToken cancellationToken);
}

/// <summary>The engine of networks of one size: images are resized to it and outputs back.</summary>
internal sealed class FixedSizeEngine(StyleNetwork network, int threads) : IStyleEngine
{
    private readonly NetworkSession _session = new(network.Model, network.Input, [network.Settings.Output], threads, network.Device);
    private readonly PixelNormalization _normalization = PixelNormalization.Parse(network.Settings.Preprocess);
    private readonly StyleParser _parser = new(network.Settings);

    public DeviceInUse Device => _session.Device;

    public bool IsOpen => true;

    public RgbImage Stylize(RgbImage photo, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var run = _session.Rent();
        try
        {
            var output = run.Run(_normalization, photo, network.Settings.Resize, out var geometry, cancellationToken)[0];
            var expected = 3L * network.Settings.OutputWidth * network.Settings.OutputHeight;
            return output.Data.Length == expected
                ? _parser.Parse(output.Floats, geometry)
                : throw new BadModelException(
                    $"{network.Model.Name}: the output '{output.Name}' has the shape {string.Join('×', output.Shape)}; expected {expected} values.");
        }
        finally
        {
            _session.Return(run);
        }
    }

    public void Dispose() => _session.Dispose();
}

/// <summary>The engine of networks of free size: images keep their size, mirrored up to the next multiple of the network's stride.</summary>
internal sealed class AnySizeEngine : IStyleEngine
{
    // Runs up to this size keep their memory, about 0.6 GB at most for Johnson's network.
    private const long SmallPixels = 1_000_000;

    private readonly OnnxModel _model;
    private readonly StyleSettings _settings;
    private readonly DeviceList? _asked;
    private readonly ImageStylizerOptions _options;
    private readonly PixelNormalization _normalization;
    private readonly SpatialReach _reach;
    private readonly int _multiple;
    private readonly int _threads;
    private readonly Lazy<RegionSession> _small;
    private readonly Lazy<RegionSession> _large;

    public AnySizeEngine(OnnxModel model, StyleNetwork network, ImageStylizerOptions options, int threads)
    {
        (_model, _settings, _asked, _options, _threads) = (model, network.Settings, network.Device, options, threads);
        _normalization = PixelNormalization.Parse(_settings.Preprocess);
        _reach = new SpatialReach(model);
        _multiple = int.TryParse(model.Metadata[VisionMetadata.StrideKey], out var stride) && stride > 0
            ? TileAxis.RoundUp(stride, _reach.Multiple)
            : _reach.Multiple;
        if (options.Tile) CheckTiles();
        (_small, _large) = (Open(keepsMemory: true), Open(keepsMemory: false));
    }

    public bool IsOpen => _small.IsValueCreated || _large.IsValueCreated;

    public DeviceInUse Device => DeviceInUse.Of(_asked, () => (_large.IsValueCreated ? _large : _small).Value.Device);

    public RgbImage Stylize(RgbImage photo, CancellationToken cancellationToken)
    {
        using var source = new PhotoRegions(photo, _model.Inputs[0], _normalization, Padded(photo.Width), Padded(photo.Height));
        return _options.Tile && Math.Max(source.Width, source.Height) > _options.TileSize
            ? InTiles(photo, source, cancellationToken)
            : Whole(photo, source, cancellationToken);
    }

    public void Dispose()
    {
        if (_small.IsValueCreated) _small.Value.Dispose();
        if (_large.IsValueCreated) _large.Value.Dispose();
    }

    private Lazy<RegionSession> Open(bool keepsMemory) => new(() => new RegionSession(_model, _settings.Output, _asked, _threads, keepsMemory));

    private int Padded(int length) => TileAxis.RoundUp(Math.Max(length, TileAxis.Shortest), _multiple);

    private void CheckTiles()
    {
        if (_reach.Global is { } node)
            throw new BadModelException($"{_model.Name}: cannot be run tile by tile: {node} may depend on the whole image.");
    }

    private RgbImage Whole(RgbImage photo, PhotoRegions source, CancellationToken cancellationToken)
    {
        RgbImage? styled = null;
        var geometry = new ImageGeometry(photo.Width, photo.Height, source.Width, source.Height, 1, 1, 0, 0);
        var session = (long)source.Width * source.Height <= SmallPixels ? _small : _large;
        session.Value.Run(source, 0, 0, source.Width, source.Height, (values, shape) =>
        {
            var (outputWidth, outputHeight) = StyleOutputReader.SizeOf(_model, _settings, shape);
            styled = new StyleParser(_settings with { OutputWidth = outputWidth, OutputHeight = outputHeight }).Parse(values, geometry);
        }, cancellationToken);
        return styled!;
    }

    private RgbImage InTiles(RgbImage photo, PhotoRegions source, CancellationToken cancellationToken)
    {
        _ = _small.Value; // a network that ONNX Runtime refuses is told from a tile that it cannot run
        var styled = RgbImage.Uninitialized(photo.Width, photo.Height);
        try
        {
            new TiledNetwork(_model, _options.TileSize, _multiple, _asked, _threads, cancellationToken)
                .Run(source, _settings.Output, _settings.Layout == PixelLayout.Nhwc, (values, part) => Place(values, part, source, styled));
            return styled;
        }
        catch
        {
            styled.Dispose();
            throw;
        }
    }

    private void Place(ReadOnlySpan<float> values, TilePart part, PhotoRegions source, RgbImage styled)
    {
        if (part.WholeWidth != source.Width || part.WholeHeight != source.Height)
            throw new BadModelException(
                $"{_model.Name}: cannot be run tile by tile: it gives {part.WholeWidth}×{part.WholeHeight} pixels for "
                + $"{source.Width}×{source.Height}.");
        NetworkValues.RequireNumbers(values, $"{_model.Name}: a tile of the stylised image");
        // The mirrored border is cropped.
        var width = Math.Min(part.Columns.To - part.Columns.From, styled.Width - part.Left);
        var height = Math.Min(part.Rows.To - part.Rows.From, styled.Height - part.Top);
        if (width <= 0 || height <= 0) return;
        TensorUnpacker.Unpack(values, part.TileWidth, part.TileHeight, _settings.Layout, _normalization, part.Columns.From, part.Rows.From,
            new ImageRegion(styled, part.Left, part.Top, width, height));
    }
}
