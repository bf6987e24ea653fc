namespace MlNetVision.Style;

/// <summary>One tile of an image: where it lies and which of its pixels are its own.</summary>
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
