using MlNetVision.Imaging;
using MlNetVision.Onnx;

namespace MlNetVision.Style;

/// <summary>
/// Measures what the instance normalisations of a network see in a whole picture, without ever having the whole picture in
/// its layers. Normalisations come one after the other: once all before it are fixed, the input of the next can be computed
/// tile by tile. Over all tiles that is exact; over a sample of them it is an estimate, the same for all tiles, so that there
/// are no seams either way.
/// </summary>
internal sealed class StatisticsPasses(OnnxModel model, SpatialReach reach, PixelNormalization normalization, int multiple, int threads)
{
    /// <summary>Small tiles sample a picture in more places for the same work.</summary>
    private const int Side = 512;

    /// <summary>The network with fixed statistics, those of this picture.</summary>
    /// <param name="photo">The picture.</param>
    /// <param name="width">Its width with the mirrored border.</param>
    /// <param name="height">Its height likewise.</param>
    /// <param name="pixels">About how many pixels to look at.</param>
    /// <param name="cancellation">Stops after the tile being worked on.</param>
    public OnnxModel Measure(Picture photo, int width, int height, double pixels, CancellationToken cancellation)
    {
        var local = model.Clone();
        foreach (var node in FixedStatistics.Of(local))
        {
            var tensor = node.Input[0];
            var grid = new TileGrid(width, height, Side, reach.Radius(tensor), multiple);
            var statistics = new ChannelStatistics();
            using (var session = new RegionSession(local.Cut(tensor), tensor, threads, sameSize: true))
            {
                foreach (var tile in grid.Sample(pixels))
                {
                    cancellation.ThrowIfCancellationRequested();
                    session.Run(photo, normalization, tile.Left, tile.Top, grid.TileWidth, grid.TileHeight, (values, shape) => statistics.Add(values, shape,
                        Own(tile.Columns, tile.Left, grid.TileWidth, grid.Width, shape[3], reach.Jump(tensor)),
                        Own(tile.Rows, tile.Top, grid.TileHeight, grid.Height, shape[2], reach.Jump(tensor))));
                }
            }
            FixedStatistics.ReplaceInPlace(local, node, statistics);
        }
        return local;
    }

    /// <summary>
    /// The elements of a feature map that stand for a tile's own pixels. What the network pads lies about the map alike on
    /// both sides, and counts where the tile ends with the picture.
    /// </summary>
    private static (int From, int To) Own((int From, int To) pixels, int origin, int tile, int picture, long length, double jump)
    {
        var padding = (length - tile / jump) / 2;
        var from = pixels.From == 0 ? 0 : (int)Math.Round(padding + (pixels.From - origin) / jump);
        var to = pixels.To == picture ? length : (long)Math.Round(padding + (pixels.To - origin) / jump);
        return (from, (int)to);
    }
}
