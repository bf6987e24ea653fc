namespace MlNetVision.Classification;

/// <summary>How a map of features becomes one row of numbers.</summary>
public enum FeaturePooling
{
    /// <summary>The mean of each channel over all positions: C numbers (Lin et al., arXiv:1312.4400, section 3.2).</summary>
    GlobalAverage,

    /// <summary>All positions of all channels, in the order of the tensor: C·H·W numbers. They say where in the image something is.</summary>
    Flatten,
}
