using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Style;

/// <summary>A network that takes any size: pictures go through at their own, mirrored up to the next size that the network can halve.</summary>
internal sealed class AnySizeEngine : IStyleEngine
{
    private readonly OnnxModel _model;
    private readonly StyleSettings _settings;
    private readonly ImageStylizerOptions _options;
    private readonly PixelNormalization _normalization;
    private readonly SpatialReach _reach;
    private readonly int _multiple;
    private readonly int _threads;
    private readonly Lazy<RegionSession> _whole;

    public AnySizeEngine(OnnxModel model, StyleSettings settings, ImageStylizerOptions options, int threads)
    {
        (_model, _settings, _options, _threads) = (model, settings, options, threads);
        _normalization = PixelNormalization.Parse(settings.Preprocess);
        _reach = new SpatialReach(model);
        _multiple = int.TryParse(model.Metadata[VisionMetadata.StrideKey], out var stride) && stride > 0 ? stride : _reach.Multiple;
        if (options.Tile) CheckTiles();
        _whole = new(() => new RegionSession(_model, _settings.Output, _threads, sameSize: false));
    }

    public Picture Stylize(Picture photo, CancellationToken cancellation)
    {
        var (width, height) = (Padded(photo.Width), Padded(photo.Height));
        var grid = new TileGrid(width, height, _options.TileSize, _reach.Radius(_settings.Output), _multiple);
        return _options.Tile && grid.All.Skip(1).Any() ? InTiles(photo, grid, cancellation) : Whole(photo, width, height);
    }

    public void Dispose()
    {
        if (_whole.IsValueCreated) _whole.Value.Dispose();
    }

    private int Padded(int length) => TileAxis.RoundUp(Math.Max(length, TileAxis.Least), _multiple);

    private void CheckTiles()
    {
        if (_reach.Global is { } node)
            throw new BadModelException($"{_model.Name}: cannot be run tile by tile: {node} may look at the whole picture.");
    }

    private Picture Whole(Picture photo, int width, int height)
    {
        Picture? styled = null;
        var geometry = new ImageGeometry(photo.Width, photo.Height, width, height, 1, 1, 0, 0);
        _whole.Value.Run(photo, _normalization, 0, 0, width, height, (values, shape) =>
        {
            var (outputWidth, outputHeight) = _settings.Layout == PixelLayout.Nchw ? (shape[3], shape[2]) : (shape[2], shape[1]);
            styled = new StyleParser(_settings with { OutputWidth = (int)outputWidth, OutputHeight = (int)outputHeight }).Parse(values, geometry);
        });
        return styled!;
    }

    private Picture InTiles(Picture photo, TileGrid grid, CancellationToken cancellation)
    {
        var local = new StatisticsPasses(_model, _reach, _normalization, _multiple, _threads)
            .Measure(photo, grid.Width, grid.Height, _options.StatisticsMegapixels * 1e6, cancellation);
        using var session = new RegionSession(local, _settings.Output, _threads, sameSize: true);
        var styled = Picture.Uninitialized(photo.Width, photo.Height);
        try
        {
            foreach (var tile in grid.All)
            {
                cancellation.ThrowIfCancellationRequested();
                session.Run(photo, _normalization, tile.Left, tile.Top, grid.TileWidth, grid.TileHeight, (values, _) => Place(values, tile, grid, styled));
            }
            return styled;
        }
        catch
        {
            styled.Dispose();
            throw;
        }
    }

    private void Place(ReadOnlySpan<float> values, Tile tile, TileGrid grid, Picture styled)
    {
        if (values.Length != 3L * grid.TileWidth * grid.TileHeight)
            throw new BadModelException($"{_model.Name}: cannot be run tile by tile: it answers {grid.TileWidth}×{grid.TileHeight} pixels with {values.Length / 3} pixels.");
        var (left, top) = (tile.Columns.From, tile.Rows.From);
        // What mirrors the photo at its end is left out.
        var (right, bottom) = (Math.Min(tile.Columns.To, styled.Width), Math.Min(tile.Rows.To, styled.Height));
        if (right <= left || bottom <= top) return;
        TensorUnpacker.Unpack(values, grid.TileWidth, grid.TileHeight, _settings.Layout, _normalization, left - tile.Left, top - tile.Top,
            new PictureRegion(styled, left, top, right - left, bottom - top));
    }
}
