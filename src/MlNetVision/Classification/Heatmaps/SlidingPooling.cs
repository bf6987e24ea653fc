namespace MlNetVision.Classification;

/// <summary>How a sliding network replaces a global pooling.</summary>
public enum SlidingPooling
{
    /// <summary>The mean over each window of the size that the network was trained at: its scores for that part of the image.</summary>
    Window,

    /// <summary>
    /// No mean: each position is scored by itself. These are class activation maps (Zhou et al., arXiv:1512.04150, section 2),
    /// whose mean is the network's raw score. Networks without global pooling are not affected.
    /// </summary>
    None,
}
