using MlNetVision.Imaging;
using MlNetVision.Style;

namespace MlNetVision.Training.Style;

/// <summary>Tells images of one colour from all others.</summary>
internal static class Plainness
{
    /// <summary>The least variance of a channel, in levels of 0–255, that makes an image more than one colour.</summary>
    private const double LeastVariance = 1;

    /// <summary>Whether no channel varies by more than rounding and noise do.</summary>
    public static bool Is(RgbImage image)
    {
        var covariance = ColorMoments.Of(image).Covariance;
        return covariance[0, 0] < LeastVariance && covariance[1, 1] < LeastVariance && covariance[2, 2] < LeastVariance;
    }
}
