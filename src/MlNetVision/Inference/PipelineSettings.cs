using MlNetVision.Imaging;

namespace MlNetVision.Inference;

/// <summary>What a network in a saved pipeline says of its chain; tasks add members of their own.</summary>
internal abstract record PipelineSettings
{
    /// <summary>How an image is brought to the network's size.</summary>
    public required ResizeOptions Resize { get; init; }

    /// <summary>The name of the pre-processing; see <see cref="PixelNormalization.Parse"/>.</summary>
    public required string Preprocess { get; init; }
}
