namespace MlNetVision.Detection;

/// <summary>The options of non-maximum suppression.</summary>
public sealed record NonMaxSuppressionOptions
{
    /// <summary>How a box is suppressed by a better one. Default: <see cref="NonMaxSuppressionKind.Hard"/>.</summary>
    public NonMaxSuppressionKind Kind { get; init; } = NonMaxSuppressionKind.Hard;

    /// <summary>
    /// The IoU that two boxes may have, 0 to 1, for <see cref="NonMaxSuppressionKind.Hard"/> and
    /// <see cref="NonMaxSuppressionKind.SoftLinear"/>: only a larger one suppresses. 1 keeps every box. Default: 0.45, as Darknet.
    /// </summary>
    public float IoU { get; init; } = 0.45f;

    /// <summary>σ of <see cref="NonMaxSuppressionKind.SoftGaussian"/>, above 0. Default: 0.5, as in the paper.</summary>
    public float Sigma { get; init; } = 0.5f;

    /// <summary>Whether a box suppresses boxes of other classes too. Default: false, suppression is per class.</summary>
    public bool ClassAgnostic { get; init; }

    /// <summary>The most detections per image, the best ones; null: no limit. Default: null.</summary>
    public int? MaxDetections { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Kind)) throw new ArgumentException($"Non-maximum suppression of kind {Kind} is unknown: one of {string.Join(", ", Enum.GetNames<NonMaxSuppressionKind>())} was expected.");
        if (!(IoU is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"The IoU limit is {IoU}: 0 to 1 was expected."));
        if (!(Sigma > 0 && float.IsFinite(Sigma))) throw new ArgumentException(FormattableString.Invariant($"Sigma of Gaussian soft-NMS is {Sigma}: a number above 0 was expected."));
        if (MaxDetections < 1) throw new ArgumentException(FormattableString.Invariant($"The most detections per image is {MaxDetections}: 1 or more was expected."));
    }
}
