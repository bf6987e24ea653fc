namespace MlNetVision.Style;

/// <summary>One tile of a picture: where it lies and which of its pixels are its own.</summary>
/// <param name="Left">The picture's column that it begins at.</param>
/// <param name="Top">The row.</param>
/// <param name="Columns">Its own columns, counted within the picture.</param>
/// <param name="Rows">Its own rows.</param>
internal readonly record struct Tile(int Left, int Top, (int From, int To) Columns, (int From, int To) Rows);

/// <summary>The tiles of a picture.</summary>
/// <param name="width">The picture's width, padded to a multiple.</param>
/// <param name="height">Its height, padded likewise.</param>
/// <param name="side">The side of a tile.</param>
/// <param name="halo">How far around a pixel the network looks.</param>
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
    public IEnumerable<Tile> All => Spread(_columns.Count, _rows.Count);

    /// <summary>Tiles spread evenly over the picture, whose own pixels are about as many as asked for; all, where those are not more.</summary>
    public IEnumerable<Tile> Sample(double pixels)
    {
        var share = Math.Min(1, pixels / ((double)width * height));
        var across = Math.Clamp((int)Math.Ceiling(_columns.Count * Math.Sqrt(share)), 1, _columns.Count);
        var down = Math.Clamp((int)Math.Ceiling(_columns.Count * _rows.Count * share / across), 1, _rows.Count);
        return Spread(across, down);
    }

    private IEnumerable<Tile> Spread(int across, int down)
    {
        for (var r = 0; r < down; r++)
        {
            for (var c = 0; c < across; c++) yield return At(Middle(c, across, _columns.Count), Middle(r, down, _rows.Count));
        }
    }

    private Tile At(int column, int row) => new(
        _columns.Origin(column), _rows.Origin(row), (_columns.From(column), _columns.To(column)), (_rows.From(row), _rows.To(row)));

    private static int Middle(int i, int picked, int count) => (int)((2L * i + 1) * count / (2 * picked));
}
