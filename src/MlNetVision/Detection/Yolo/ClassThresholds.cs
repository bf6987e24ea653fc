
namespace MlNetVision.Detection;

/// <summary>The least score of each class; +∞ where a class is not wanted.</summary>
internal sealed class ClassThresholds
{
    private readonly float[] _scores;

    private ClassThresholds(float[] scores)
    {
        _scores = scores;
        Lowest = scores.Min();
    }

    /// <summary>The score below which no class is a candidate; +∞ where no class is wanted.</summary>
    public float Lowest { get; }

    public ReadOnlySpan<float> Scores => _scores;

    /// <summary>Checks options against a model's labels, once.</summary>
    public static ClassThresholds From(DetectionOptions options, IReadOnlyList<string> labels)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        var scores = new float[labels.Count];
        Array.Fill(scores, options.Classes is null ? options.Confidence : float.PositiveInfinity);
        foreach (var label in options.Classes ?? []) Set(scores, labels, label, options.Confidence);
        foreach (var (label, confidence) in options.ClassConfidence ?? new Dictionary<string, float>())
            Set(scores, labels, label, confidence, unlessUnwanted: true);
        foreach (var label in options.ExcludedClasses ?? []) Set(scores, labels, label, float.PositiveInfinity);
        return new ClassThresholds(scores);
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
