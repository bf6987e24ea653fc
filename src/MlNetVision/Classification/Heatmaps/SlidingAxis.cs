namespace MlNetVision.Classification;

/// <summary>The positions of the rows or columns of a sliding network's map in its input.</summary>
/// <param name="Stride">Pixels from one to the next.</param>
/// <param name="First">The centre of the first one's window, in pixels from the edge of the input.</param>
public readonly record struct SlidingAxis(float Stride, float First)
{
    // A multiple of all usual strides, so that rounding at the edges does not change the quotient.
    internal const int Far = 20_160;

    /// <param name="window">The length of the input that the network was trained at.</param>
    /// <param name="positions">The positions of the map at that length.</param>
    /// <param name="farPositions">Those of an input longer by <see cref="Far"/>.</param>
    internal static SlidingAxis Of(int window, long positions, long farPositions)
    {
        var stride = (float)Far / (farPositions - positions);
        return new(stride, (window - ((positions - 1) * stride)) / 2);
    }
}
