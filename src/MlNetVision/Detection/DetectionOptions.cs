namespace MlNetVision.Detection;

/// <summary>Which of a network's candidates become detections. System.Text.Json writes and reads it as it stands.</summary>
public sealed record DetectionOptions
{
    /// <summary>The least score of a detection, 0 to 1, for classes that <see cref="ClassConfidence"/> does not name. Default: 0.25.</summary>
    public float Confidence { get; init; } = 0.25f;

    /// <summary>The least score of single classes, 0 to 1, by label (case ignored); null: none. Default: null.</summary>
    public IReadOnlyDictionary<string, float>? ClassConfidence { get; init; }

    /// <summary>The labels (case ignored) that are wanted; null: all. Default: null.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Labels (case ignored) that are not wanted, even if <see cref="Classes"/> names them; null: none. Default: null.</summary>
    public IReadOnlyList<string>? ExcludedClasses { get; init; }

    /// <summary>
    /// Whether a grid cell's anchor gives one box, of its best wanted class. Default: false, as Darknet: it gives a box for every
    /// class that reaches its score, so that one object may be found under several labels.
    /// </summary>
    public bool BestClassOnly { get; init; }

    /// <summary>How overlapping boxes are thinned out. Default: hard, per class, IoU 0.45.</summary>
    public NonMaxSuppressionOptions Suppression { get; init; } = new();

    /// <summary>Checks the ranges, without looking at labels.</summary>
    /// <exception cref="ArgumentException">A value lies outside its range; the message names it.</exception>
    public void Validate()
    {
        CheckScore(Confidence, "The confidence");
        foreach (var (label, confidence) in ClassConfidence ?? new Dictionary<string, float>()) CheckScore(confidence, $"The confidence of '{label}'");
        if (Suppression is null) throw new ArgumentException("The options of non-maximum suppression are null: give a NonMaxSuppressionOptions.");
        Suppression.Validate();
    }

    /// <summary>Checks the ranges, and that the labels it names are the model's.</summary>
    /// <param name="labels">The model's labels.</param>
    /// <exception cref="ArgumentException">A value lies outside its range, or a label is unknown; the message names it and the ones available.</exception>
    public void Validate(IReadOnlyList<string> labels) => ClassThresholds.From(this, labels);

    private static void CheckScore(float value, string name)
    {
        if (!(value is >= 0 and <= 1)) throw new ArgumentException(FormattableString.Invariant($"{name} is {value}: 0 to 1 was expected."));
    }
}
