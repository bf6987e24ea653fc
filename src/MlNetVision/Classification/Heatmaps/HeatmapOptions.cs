namespace MlNetVision.Classification;

/// <summary>How a classifier looks over an image.</summary>
public sealed record HeatmapOptions
{
    /// <summary>The most pixels of the longer side that is looked over: 2,048.</summary>
    public const int LongestSide = 2048;

    /// <summary>
    /// What the map holds. <see cref="SlidingPooling.None"/>, the default: how strongly each position speaks for the class, before the
    /// softmax and less the mean over all classes, 0 where it speaks against it (class activation maps). <see cref="SlidingPooling.Window"/>:
    /// the probability that the network gives the class in a window of its own size about the position, which is coarser.
    /// </summary>
    public SlidingPooling Pooling { get; init; } = SlidingPooling.None;

    /// <summary>
    /// The length that the image's shorter side is brought to before it is looked over, in pixels, 1 to <see cref="LongestSide"/>; at
    /// least the network's own size is taken. Larger ones give finer maps of smaller parts. Null: one and a half times the network's size.
    /// </summary>
    public int? ShortSide { get; init; }

    internal void Check()
    {
        if (ShortSide is < 1 or > LongestSide) throw new ArgumentException(FormattableString.Invariant($"A shorter side of {ShortSide} was asked for: 1 to {LongestSide} pixels were expected."));
    }
}
