namespace MlNetVision.Imaging;

/// <summary>Limits for images of unknown origin; a larger one is refused before memory is allocated for it.</summary>
public sealed record ImageLimits
{
    /// <summary>The limits where none are given: 100 million pixels (400 MB decoded), 256 MiB encoded.</summary>
    public static ImageLimits Default { get; } = new();

    /// <summary>The most pixels, width × height. Default: 100,000,000; at most 536,870,911 is used.</summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>The most bytes of the encoded file. Default: 268,435,456; at most 2,147,483,591 is used.</summary>
    public long MaxBytes { get; init; } = 256L << 20;
}
