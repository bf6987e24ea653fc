using MlNetVision.Classification;

namespace MlNetVision.Training;

/// <summary>
/// The receiver operating characteristic of one class against all others: the true positive rate over the false positive rate, for falling
/// score thresholds. Fawcett, "An introduction to ROC analysis" (2006).
/// </summary>
public sealed class RocCurve
{
    private RocCurve(int classIndex, string label, IReadOnlyList<RocPoint> points, double? area) =>
        (ClassIndex, Label, Points, Area) = (classIndex, label, points, area);

    /// <summary>The 0-based index of the class.</summary>
    public int ClassIndex { get; }

    /// <summary>Its name.</summary>
    public string Label { get; }

    /// <summary>The curve's corners from (0, 0) to (1, 1); images of equal scores make one sloping piece. Empty without an area.</summary>
    public IReadOnlyList<RocPoint> Points { get; }

    /// <summary>
    /// The area below the curve, 0 to 1: the probability that an image of the class has a higher score for it than one of another,
    /// equal scores counting half. <see langword="null"/> where all images are of the class, or none is.
    /// </summary>
    public double? Area { get; }

    /// <summary>Works out the curve of one class.</summary>
    /// <param name="evaluation">The classified images.</param>
    /// <param name="classIndex">The 0-based index of the class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public static RocCurve Of(ClassificationEvaluation evaluation, int classIndex)
    {
        ArgumentNullException.ThrowIfNull(evaluation);
        if ((uint)classIndex >= (uint)evaluation.Labels.Count)
            throw new ArgumentOutOfRangeException(nameof(classIndex), classIndex, $"There are the classes 0 to {evaluation.Labels.Count - 1}.");
        var label = evaluation.Labels[classIndex];
        var positives = evaluation.Cases.LongCount(c => c.Truth == classIndex);
        var negatives = evaluation.Cases.Count - positives;
        if (positives == 0 || negatives == 0) return new(classIndex, label, [], null);
        var points = new List<RocPoint> { new(0, 0) };
        var (found, taken, halves) = (0L, 0L, 0L);
        foreach (var (own, others) in ByScore(evaluation, classIndex))
        {
            // Twice the trapezium's area, in whole images: others · (found before + found after).
            halves += others * (2 * found + own);
            (found, taken) = (found + own, taken + others);
            Add(points, new((double)taken / negatives, (double)found / positives));
        }
        return new(classIndex, label, points, halves / (2.0 * positives * negatives));
    }

    /// <summary>How many images of the class and of others have each score, highest first.</summary>
    private static IEnumerable<(long Own, long Others)> ByScore(ClassificationEvaluation evaluation, int classIndex) =>
        evaluation.Cases.GroupBy(c => c.Scores[classIndex]).OrderByDescending(group => group.Key)
            .Select(group => (Own: group.LongCount(c => c.Truth == classIndex), All: group.LongCount()))
            .Select(count => (count.Own, count.All - count.Own));

    /// <summary>Adds a point; one that only lengthens a horizontal or vertical piece replaces the last.</summary>
    private static void Add(List<RocPoint> points, RocPoint point)
    {
        if (points is [.., var before, var last] &&
            ((before.FalsePositiveRate == last.FalsePositiveRate && last.FalsePositiveRate == point.FalsePositiveRate) ||
             (before.TruePositiveRate == last.TruePositiveRate && last.TruePositiveRate == point.TruePositiveRate)))
            points[^1] = point;
        else points.Add(point);
    }
}

/// <summary>The rates at one score threshold.</summary>
/// <param name="FalsePositiveRate">The part of the other classes' images at or above the threshold, 0 to 1.</param>
/// <param name="TruePositiveRate">The part of the class's own images at or above the threshold, 0 to 1.</param>
public readonly record struct RocPoint(double FalsePositiveRate, double TruePositiveRate);
