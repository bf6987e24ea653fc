namespace MlNetVision.Classification;

/// <summary>How a feature map becomes one vector.</summary>
public enum FeaturePooling
{
    /// <summary>The mean of each channel over all positions: C numbers (Lin et al., arXiv:1312.4400, section 3.2).</summary>
    GlobalAverage,

    /// <summary>All positions of all channels, in the order of the tensor: C·H·W numbers. They keep positions.</summary>
    Flatten,
}
