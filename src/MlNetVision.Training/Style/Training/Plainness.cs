using MlNetVision.Imaging;

namespace MlNetVision.Training.Style;

/// <summary>Tells pictures of one colour from all others.</summary>
internal static class Plainness
{
    /// <summary>The least variance of a channel, in levels of 0–255, that makes a picture more than one colour.</summary>
    private const double LeastVariance = 1;

    /// <summary>Whether no channel varies by more than rounding and noise do.</summary>
    public static bool Is(Picture picture)
    {
        var pixels = picture.Pixels;
        Span<long> sums = stackalloc long[3], squares = stackalloc long[3];
        for (var i = 0; i < pixels.Length; i++)
        {
            if (i % 4 == 3) continue;
            sums[i % 4] += pixels[i];
            squares[i % 4] += pixels[i] * pixels[i];
        }
        var count = pixels.Length / 4.0;
        for (var c = 0; c < 3; c++)
            if (squares[c] / count - sums[c] / count * (sums[c] / count) >= LeastVariance) return false;
        GC.KeepAlive(picture);
        return true;
    }
}
