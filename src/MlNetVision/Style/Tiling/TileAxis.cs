namespace MlNetVision.Style;

/// <summary>
/// The tiles along one axis of an image, all of one length: the first and last flush with the borders, the others spread
/// evenly. Each tile owns pixels that lie at least a halo away from its ends, except at the image's ends.
/// </summary>
internal sealed class TileAxis
{
    /// <summary>The shortest tile.</summary>
    public const int Least = 64;

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
