namespace MlNetVision.Detection;

/// <summary>How a box is suppressed by a better one.</summary>
public enum NonMaxSuppressionKind
{
    /// <summary>It is removed where the IoU is above the limit (Darknet's own way).</summary>
    Hard,

    /// <summary>Soft-NMS, linear: where the IoU is above the limit, its score is multiplied by 1 − IoU. arXiv:1704.04503, section 3.</summary>
    SoftLinear,

    /// <summary>Soft-NMS, Gaussian: its score is multiplied by exp(−IoU²/σ). arXiv:1704.04503, section 3.</summary>
    SoftGaussian,
}
