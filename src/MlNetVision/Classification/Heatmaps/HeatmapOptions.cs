namespace MlNetVision.Classification;

/// <summary>How heat maps are computed.</summary>
public sealed record HeatmapOptions
{
    /// <summary>The limit of the longer side in pixels: 2,048.</summary>
    public const int LongestSide = 2048;

    /// <summary>
    /// The values of the map. <see cref="SlidingPooling.None"/>, the default: the evidence of each position for the class, before the
    /// softmax and less the mean over all classes, 0 where that is negative (class activation maps). <see cref="SlidingPooling.Window"/>:
    /// the probability of the class in a window of the network's size around the position, which is coarser.
    /// </summary>
    public SlidingPooling Pooling { get; init; } = SlidingPooling.None;

    /// <summary>
    /// The length that the image's shorter side is resized to, in pixels, 1 to <see cref="LongestSide"/>; at
    /// least the network's own size. Larger values give finer maps. Null: 1.5 times the network's size.
    /// </summary>
    public int? ShortSide { get; init; }

    internal void Check()
    {
        if (ShortSide is < 1 or > LongestSide) throw new ArgumentException(FormattableString.Invariant($"A shorter side of {ShortSide} was asked for: 1 to {LongestSide} pixels were expected."));
    }
}
