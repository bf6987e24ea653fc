namespace MlNetVision.Style;

/// <summary>One tile of an image: its position and its own pixels.</summary>
/// <param name="Left">The image's column that it begins at.</param>
/// <param name="Top">The row.</param>
/// <param name="Columns">Its own columns, counted within the image.</param>
/// <param name="Rows">Its own rows.</param>
internal readonly record struct Tile(int Left, int Top, (int From, int To) Columns, (int From, int To) Rows);

/// <summary>The tiles of an image.</summary>
/// <param name="width">The image's width, padded to a multiple.</param>
/// <param name="height">Its height, padded likewise.</param>
/// <param name="side">The side of a tile.</param>
/// <param name="halo">The radius of the network's receptive field.</param>
/// <param name="multiple">What sizes must be multiples of.</param>
internal sealed class TileGrid(int width, int height, int side, int halo, int multiple)
{
    private readonly TileAxis _columns = new(width, side, halo, multiple);
    private readonly TileAxis _rows = new(height, side, halo, multiple);

    public int Width => width;

    public int Height => height;

    /// <summary>The width of every tile.</summary>
    public int TileWidth => _columns.Tile;

    /// <summary>The height of every tile.</summary>
    public int TileHeight => _rows.Tile;

    /// <summary>All tiles, row by row.</summary>
    public IEnumerable<Tile> All => Enumerable.Range(0, _columns.Count * _rows.Count).Select(i => At(i % _columns.Count, i / _columns.Count));

    private Tile At(int column, int row) => new(
        _columns.Origin(column), _rows.Origin(row), (_columns.From(column), _columns.To(column)), (_rows.From(row), _rows.To(row)));
}

/// <summary>
/// The tiles along one axis of an image, all of one length: the first and last flush with the borders, the others spread
/// evenly. Each tile owns pixels that lie at least a halo away from its ends, except at the image's ends.
/// </summary>
internal sealed class TileAxis
{
    /// <summary>The shortest tile.</summary>
    public const int Shortest = 64;

    private readonly int[] _origins;
    private readonly int[] _cuts;

    /// <param name="length">Pixels of the image, a multiple of <paramref name="multiple"/>.</param>
    /// <param name="tile">The requested pixels of a tile; more where the halo needs it.</param>
    /// <param name="halo">The radius of the network's receptive field.</param>
    /// <param name="multiple">The grid of tile ends.</param>
    public TileAxis(int length, int tile, int halo, int multiple)
    {
        // One multiple more than the halo on each side allows for rounding.
        var shared = 2 * (RoundUp(halo, multiple) + multiple);
        Tile = Math.Min(length, RoundUp(Math.Max(tile, 2 * shared), multiple));
        var count = length == Tile ? 1 : 1 + (length - Tile + Tile - shared - 1) / (Tile - shared);
        (_origins, _cuts) = (new int[count], new int[count + 1]);
        for (var i = 1; i < count; i++)
        {
            _origins[i] = RoundDown((int)((long)i * (length - Tile) / (count - 1)), multiple);
            _cuts[i] = RoundDown((_origins[i] + _origins[i - 1] + Tile) / 2, multiple);
        }
        _cuts[count] = length;
    }

    /// <summary>Pixels of a tile.</summary>
    public int Tile { get; }

    /// <summary>The number of tiles.</summary>
    public int Count => _origins.Length;

    /// <summary>The image's pixel at which a tile begins.</summary>
    public int Origin(int i) => _origins[i];

    /// <summary>The first of a tile's own pixels.</summary>
    public int From(int i) => _cuts[i];

    /// <summary>The end of a tile's own pixels.</summary>
    public int To(int i) => _cuts[i + 1];

    public static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    private static int RoundDown(int value, int multiple) => value / multiple * multiple;
}

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
