namespace MlNetVision.Detection;

/// <summary>The confidence threshold of each class; +∞ for a class that is not wanted.</summary>
public sealed class ClassThresholds
{
    private readonly float[] _scores;

    private ClassThresholds(float[] scores, bool bestClassOnly) => (_scores, Lowest, BestClassOnly) = (scores, scores.Min(), bestClassOnly);

    /// <summary>The score below which no class is a candidate; +∞ where no class is wanted.</summary>
    public float Lowest { get; }

    /// <summary>The thresholds by class index.</summary>
    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>Whether a box is a candidate for its best class only.</summary>
    public bool BestClassOnly { get; }

    /// <summary>Checks options against a model's labels.</summary>
    /// <param name="options">Thresholds, classes and suppression.</param>
    /// <param name="labels">The names of the classes, at least one.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or names an unknown class.</exception>
    public static ClassThresholds From(DetectionOptions options, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(labels);
        options.Validate();
        var scores = new float[labels.Count];
        Array.Fill(scores, options.Classes is null ? options.Confidence : float.PositiveInfinity);
        foreach (var label in options.Classes ?? []) Set(scores, labels, label, options.Confidence);
        foreach (var (label, confidence) in options.ClassConfidence ?? new Dictionary<string, float>())
            Set(scores, labels, label, confidence, unlessUnwanted: true);
        foreach (var label in options.ExcludedClasses ?? []) Set(scores, labels, label, float.PositiveInfinity);
        return new ClassThresholds(scores, options.BestClassOnly ?? false);
    }

    private static void Set(float[] scores, IReadOnlyList<string> labels, string label, float score, bool unlessUnwanted = false)
    {
        var found = false;
        for (var i = 0; i < scores.Length; i++)
        {
            if (!string.Equals(labels[i], label, StringComparison.OrdinalIgnoreCase)) continue;
            found = true;
            if (!unlessUnwanted || !float.IsPositiveInfinity(scores[i])) scores[i] = score;
        }
        if (!found) throw new ArgumentException($"The model has no class '{label}'. {NearNames.Describe(label, labels)}");
    }
}
