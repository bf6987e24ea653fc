using MlNetVision.Imaging;
using MlNetVision.Style;

namespace MlNetVision.Training.Style;

/// <summary>Finds images of a single colour.</summary>
internal static class SingleColor
{
    /// <summary>The smallest variance of a channel, in levels of 0–255, of an image with more than one colour.</summary>
    private const double LeastVariance = 1;

    /// <summary>Whether no channel varies by more than rounding and noise.</summary>
    public static bool Is(RgbImage image)
    {
        var covariance = ColorMoments.Of(image).Covariance;
        return covariance[0, 0] < LeastVariance && covariance[1, 1] < LeastVariance && covariance[2, 2] < LeastVariance;
    }
}
