using MlNetVision.Imaging;

namespace MlNetVision.Inference;

/// <summary>The settings of a chain, in the metadata of the saved network; tasks add members of their own.</summary>
internal abstract record PipelineSettings
{
    /// <summary>How an image is resized to the network's size.</summary>
    public required ResizeOptions Resize { get; init; }

    /// <summary>The name of the input normalisation; see <see cref="PixelNormalization.Parse"/>.</summary>
    public required string Preprocess { get; init; }
}
