using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Style;

/// <summary>How a stylizer reads its model and its images. Null: as the model states, else the default given.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Letterbox"/> with mirrored borders that are cropped afterwards, for networks of fixed size
/// (<see cref="ResizeMode.Crop"/> would lose parts and is refused); <see cref="Resampler.Area"/>, there and back; input normalisation, which is
/// undone in the output, <c>raw-bgr</c> where the network itself subtracts Caffe's means, blue first, and <c>raw</c> (RGB 0–255) elsewhere. <c>Size</c> is
/// the size of a network of free size in pipelines of ML.NET, whose columns have a fixed one: 720×720; a saved chain has its own.
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

    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    internal void Check()
    {
        if (Resize is ResizeMode.Crop) throw new ArgumentException("Stylised images cannot be cropped: a stylizer gives the whole image; expected letterbox or stretch.");
        if (TileSize < TileAxis.Least) throw new ArgumentException($"Tiles of {TileSize} pixels were asked for; expected at least {TileAxis.Least}.");
        if (Size is { } size && (size.Width is < 1 or > ResizeOptions.MaxLength || size.Height is < 1 or > ResizeOptions.MaxLength))
            throw new ArgumentException($"A pipeline of {size.Width}×{size.Height} pixels was asked for; expected 1 to {ResizeOptions.MaxLength} each.");
    }
}
