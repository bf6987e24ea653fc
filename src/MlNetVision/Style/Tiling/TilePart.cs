namespace MlNetVision.Style;

/// <summary>The tile's own part of a network's output, and its position in the whole output.</summary>
/// <param name="TileWidth">The width of the tile's output.</param>
/// <param name="TileHeight">Its height.</param>
/// <param name="Columns">Its own columns.</param>
/// <param name="Rows">Its own rows.</param>
/// <param name="Left">The column of the whole at which they begin.</param>
/// <param name="Top">The row.</param>
/// <param name="WholeWidth">The width of the whole output.</param>
/// <param name="WholeHeight">Its height.</param>
internal readonly record struct TilePart(
    int TileWidth, int TileHeight, (int From, int To) Columns, (int From, int To) Rows, int Left, int Top, int WholeWidth, int WholeHeight)
{
    /// <summary>Receives the output of a tile, the last axis fastest; valid during the call only.</summary>
    public delegate void Reader(ReadOnlySpan<float> values, TilePart part);

    /// <param name="tile">The tile.</param>
    /// <param name="grid">All tiles.</param>
    /// <param name="width">The width of the tile's output.</param>
    /// <param name="height">Its height.</param>
    /// <param name="jump">Elements of the tiled source per element of the output.</param>
    public static TilePart Of(Tile tile, TileGrid grid, int width, int height, double jump)
    {
        var columns = Own(tile.Columns, tile.Left, grid.TileWidth, grid.Width, width, jump);
        var rows = Own(tile.Rows, tile.Top, grid.TileHeight, grid.Height, height, jump);
        return new(width, height, columns, rows, columns.From + (int)(tile.Left / jump), rows.From + (int)(tile.Top / jump),
            width + (int)((grid.Width - grid.TileWidth) / jump), height + (int)((grid.Height - grid.TileHeight) / jump));
    }

    // Padding, or its absence, is symmetric; it counts only where the tile ends with the whole.
    private static (int From, int To) Own((int From, int To) own, int origin, int tile, int whole, int length, double jump)
    {
        var padding = (length - tile / jump) / 2;
        return (own.From == 0 ? 0 : (int)Math.Floor(padding + (own.From - origin) / jump),
            own.To == whole ? length : (int)Math.Floor(padding + (own.To - origin) / jump));
    }
}
