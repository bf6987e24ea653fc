using MlNetVision.Imaging;

namespace MlNetVision.Style;

/// <summary>How a stylizer reads its model and its images. What is null is as the model says, or else the default given.</summary>
public sealed record ImageStylizerOptions
{
    /// <summary>
    /// How an image is brought to the size of a network that has one: <see cref="ResizeMode.Letterbox"/> with borders that
    /// mirror the image and are cut off again, or <see cref="ResizeMode.Stretch"/>. <see cref="ResizeMode.Crop"/> would
    /// lose what is cut off and is refused. Null: as the model says, else letterbox.
    /// </summary>
    public ResizeMode? Resize { get; init; }

    /// <summary>The resampler, there and back. Null: as saved, else <see cref="Imaging.Resampler.Area"/>, antialiased.</summary>
    public Resampler? Resampler { get; init; }

    /// <summary>
    /// The name of the pre-processing (see <see cref="PixelNormalization.Parse"/>), which is undone in the answer. Null: as the
    /// model says; else <c>raw-bgr</c> where the network itself subtracts Caffe's means, blue first, and <c>raw</c> (RGB 0–255) elsewhere.
    /// </summary>
    public string? Preprocess { get; init; }

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

    /// <summary>The width that images are brought to in pipelines of ML.NET, where a network that takes any size needs one; a saved chain has its own. Default: 720.</summary>
    public int PipelineWidth { get; init; } = 720;

    /// <summary>The height beside <see cref="PipelineWidth"/>. Default: 720.</summary>
    public int PipelineHeight { get; init; } = 720;

    /// <summary>What an image file may ask for. Null: the defaults of <see cref="ImageLimits"/>.</summary>
    public ImageLimits? Limits { get; init; }

    /// <summary>How many threads work, at least 1. 0 takes as many as there are processors. Default: 0.</summary>
    public int Threads { get; init; }

    /// <exception cref="ArgumentException">A value lies outside its range.</exception>
    internal void Check()
    {
        if (Resize is ResizeMode.Crop) throw new ArgumentException("Stylised images cannot be cropped: a stylizer gives the whole image; expected letterbox or stretch.");
        if (TileSize < TileAxis.Least) throw new ArgumentException($"Tiles of {TileSize} pixels were asked for; expected at least {TileAxis.Least}.");
        if (PipelineWidth is < 1 or > ResizeOptions.MaxLength || PipelineHeight is < 1 or > ResizeOptions.MaxLength)
            throw new ArgumentException($"A pipeline of {PipelineWidth}×{PipelineHeight} pixels was asked for; expected 1 to {ResizeOptions.MaxLength} each.");
    }
}
