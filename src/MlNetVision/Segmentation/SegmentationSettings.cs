using MlNetVision.Inference;

namespace MlNetVision.Segmentation;

/// <summary>All that a segmentation chain needs besides the network; it travels as JSON in a saved pipeline.</summary>
internal sealed record SegmentationSettings : PipelineSettings
{
    /// <summary>The class names.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>The output that holds the classes.</summary>
    public required SegmentationOutput Output { get; init; }

    /// <summary>How it is upsampled to the image's size.</summary>
    public MaskUpsampling Upsampling { get; init; }

    /// <summary>Whether masks stay at the size of the network's output.</summary>
    public bool AtNetworkSize { get; init; }

    /// <summary>Whether masks carry confidences.</summary>
    public bool WithConfidence { get; init; }
}
