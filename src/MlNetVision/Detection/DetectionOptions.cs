namespace MlNetVision.Detection;

/// <summary>Which candidates become detections. It is serialisable with System.Text.Json.</summary>
public sealed record DetectionOptions
{
    /// <summary>The confidence threshold, 0 to 1, for classes that <see cref="ClassConfidence"/> does not name. Default: 0.25.</summary>
    public float Confidence { get; init; } = 0.25f;

    /// <summary>The confidence thresholds of single classes, 0 to 1, by label (case ignored); null: none. Default: null.</summary>
    public IReadOnlyDictionary<string, float>? ClassConfidence { get; init; }

    /// <summary>The labels (case ignored) that are wanted; null: all. Default: null.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Labels (case ignored) that are not wanted, even if <see cref="Classes"/> names them; null: none. Default: null.</summary>
    public IReadOnlyList<string>? ExcludedClasses { get; init; }

    /// <summary>
    /// Whether an anchor gives one box only, of its best wanted class. Null: as the network's family does. For Darknet's networks that is false: one
    /// box per class that reaches its threshold, so that one object may be found under several labels. Default: null.
    /// </summary>
    public bool? BestClassOnly { get; init; }

    /// <summary>
    /// How overlapping boxes are suppressed. Default: hard, per class, IoU 0.45, but not at all for networks that do it themselves.
    /// </summary>
    public NonMaxSuppressionOptions Suppression { get; init; } = new();

    /// <summary>Checks the ranges, but not the labels.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        CheckScore(Confidence, "The confidence threshold");
        foreach (var (label, confidence) in ClassConfidence ?? new Dictionary<string, float>())
            CheckScore(confidence, $"The confidence threshold of '{label}'");
        if (Suppression is null) throw new ArgumentException("The options of non-maximum suppression are null: give a NonMaxSuppressionOptions.");
        Suppression.Validate();
    }

    /// <summary>Checks the ranges, and that the labels it names are the model's.</summary>
    /// <param name="labels">The model's labels.</param>
    /// <exception cref="ArgumentException">
    /// A value lies outside its range, or a label is unknown; the message names it and the ones available.
    /// </exception>
    public void Validate(IReadOnlyList<string> labels) => ClassThresholds.From(this, labels);

    /// <summary>The options with what these heads decide where the user does not.</summary>
    internal DetectionOptions For(IReadOnlyList<IDetectionHead> heads) => this with
    {
        BestClassOnly = BestClassOnly ?? heads.All(h => h.Conventions.BestClassOnly),
        Suppression = Suppression is { Kind: NonMaxSuppressionKind.Automatic }
            ? Suppression with
            {
                Kind = heads.All(h => h.Conventions.SuppressesItself) ? NonMaxSuppressionKind.None : NonMaxSuppressionKind.Hard,
            }
            : Suppression,
    };

    private static void CheckScore(float value, string name)
    {
        if (!(value is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"{name} is {value}: 0 to 1 was expected."));
    }
}
