namespace MlNetVision.Classification;

/// <summary>What becomes of a network's global pooling when it slides over a larger image.</summary>
public enum SlidingPooling
{
    /// <summary>The mean over each window of the size that the network was trained at: what it answers for that part of the image.</summary>
    Window,

    /// <summary>
    /// No mean: each position is scored by itself. These are class activation maps (Zhou et al., arXiv:1512.04150, section 2),
    /// whose mean is the network's answer before its softmax. Networks without global pooling slide as ever.
    /// </summary>
    None,
}
