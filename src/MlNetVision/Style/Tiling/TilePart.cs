namespace MlNetVision.Style;

/// <summary>What of a network's answer to a tile is the tile's own, and where it lies in the answer to the whole.</summary>
/// <param name="TileWidth">The width of the answer.</param>
/// <param name="TileHeight">Its height.</param>
/// <param name="Columns">Its own columns.</param>
/// <param name="Rows">Its own rows.</param>
/// <param name="Left">The column of the whole at which they begin.</param>
/// <param name="Top">The row.</param>
/// <param name="WholeWidth">The width of the answer to the whole.</param>
/// <param name="WholeHeight">Its height.</param>
internal readonly record struct TilePart(
    int TileWidth, int TileHeight, (int From, int To) Columns, (int From, int To) Rows, int Left, int Top, int WholeWidth, int WholeHeight)
{
    /// <summary>Takes the answer to a tile, the last axis fastest; it is gone when it returns.</summary>
    public delegate void Reader(ReadOnlySpan<float> values, TilePart part);

    /// <param name="tile">The tile.</param>
    /// <param name="grid">All tiles.</param>
    /// <param name="width">The width of the answer.</param>
    /// <param name="height">Its height.</param>
    /// <param name="jump">Elements of what is tiled for one of the answer.</param>
    public static TilePart Of(Tile tile, TileGrid grid, int width, int height, double jump)
    {
        var columns = Own(tile.Columns, tile.Left, grid.TileWidth, grid.Width, width, jump);
        var rows = Own(tile.Rows, tile.Top, grid.TileHeight, grid.Height, height, jump);
        return new(width, height, columns, rows, columns.From + (int)(tile.Left / jump), rows.From + (int)(tile.Top / jump),
            width + (int)((grid.Width - grid.TileWidth) / jump), height + (int)((grid.Height - grid.TileHeight) / jump));
    }

    // What the network pads, or convolutions without padding leave out, lies alike on both sides; it counts where the tile ends with the whole.
    private static (int From, int To) Own((int From, int To) own, int origin, int tile, int whole, int length, double jump)
    {
        var padding = (length - tile / jump) / 2;
        return (own.From == 0 ? 0 : (int)Math.Floor(padding + (own.From - origin) / jump),
            own.To == whole ? length : (int)Math.Floor(padding + (own.To - origin) / jump));
    }
}
