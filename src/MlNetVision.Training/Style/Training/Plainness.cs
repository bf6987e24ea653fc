using MlNetVision.Imaging;
using MlNetVision.Style;

namespace MlNetVision.Training.Style;

/// <summary>Tells pictures of one colour from all others.</summary>
internal static class Plainness
{
    /// <summary>The least variance of a channel, in levels of 0–255, that makes a picture more than one colour.</summary>
    private const double LeastVariance = 1;

    /// <summary>Whether no channel varies by more than rounding and noise do.</summary>
    public static bool Is(Picture picture)
    {
        var covariance = ColorMoments.Of(picture).Covariance;
        return covariance[0, 0] < LeastVariance && covariance[1, 1] < LeastVariance && covariance[2, 2] < LeastVariance;
    }
}
