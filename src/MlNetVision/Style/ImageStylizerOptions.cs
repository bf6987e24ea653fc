using MlNetVision.Imaging;
using MlNetVision.Inference;

namespace MlNetVision.Style;

/// <summary>How a stylizer reads its model and its images. What is null is as the model says, or else the default given.</summary>
/// <remarks>
/// Defaults of the base: <see cref="ResizeMode.Letterbox"/> with borders that mirror the image and are cut off again, for networks that have a size
/// (<see cref="ResizeMode.Crop"/> would lose what is cut off and is refused); <see cref="Resampler.Area"/>, there and back; input normalisation, which is
/// undone in the answer, <c>raw-bgr</c> where the network itself subtracts Caffe's means, blue first, and <c>raw</c> (RGB 0–255) elsewhere. <c>Size</c> is what
/// a network that takes any size brings images to in pipelines of ML.NET, whose columns have one: 720×720; a saved chain has its own.
/// </remarks>
public sealed record ImageStylizerOptions : VisionOptions
{
    /// <summary>The name of the output that holds the stylised image. Null: the only one of three channels. A saved chain has its own.</summary>
    public string? Output { get; init; }

    /// <summary>
    /// Whether a network that takes any size works through a large image tile by tile, with the answer it gives the whole:
    /// memory grows by some 24 bytes a pixel instead of some 250 (Johnson's networks), and time doubles or triples, since statistics are
    /// taken from all tiles at each normalisation. Default: false, the whole image at once. See <see cref="TileSize"/>.
    /// </summary>
    public bool Tile { get; init; }

    /// <summary>
    /// The length of a tile's side in pixels, with what it shares with its neighbours, at least 64. Default: 512. Images
    /// that are smaller both ways are not tiled.
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
