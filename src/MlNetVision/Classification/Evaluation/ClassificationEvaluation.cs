using MlNetVision.Evaluation;

namespace MlNetVision.Classification;

/// <summary>The metrics of a classifier.</summary>
public sealed partial class ClassificationEvaluation
{
    // Bounds the logarithm where the true class has the probability 0.
    private const double LeastProbability = 1e-15;

    private const int Top = 5;

    private ClassificationEvaluation(IReadOnlyList<ClassificationCase> cases, ConfusionMatrix confusion)
    {
        (Cases, Confusion) = (cases, confusion);
        PerClass = [.. confusion.Labels.Select((label, i) => new ClassificationClassEvaluation(i, label, confusion.Truth(i), confusion.Predicted(i), confusion[i, i]))];
        Calibration = CalibrationBin.Of(cases);
        TopFive = (double)cases.Count(c => c.Rank < Top) / cases.Count;
        LogLoss = cases.Average(c => -Math.Log(Math.Clamp(c.Scores[c.Truth], LeastProbability, 1)));
    }

    /// <summary>The names of the classes, by index.</summary>
    public IReadOnlyList<string> Labels => Confusion.Labels;

    /// <summary>The images, in the order given.</summary>
    public IReadOnlyList<ClassificationCase> Cases { get; }

    /// <summary>The counts by true and predicted class.</summary>
    public ConfusionMatrix Confusion { get; }

    /// <summary>Every class, by index.</summary>
    public IReadOnlyList<ClassificationClassEvaluation> PerClass { get; }

    /// <summary>The 15 bins of the reliability diagram, lowest confidence first.</summary>
    public IReadOnlyList<CalibrationBin> Calibration { get; }

    /// <summary>Accuracy, 0 to 1: the part of the images predicted correctly.</summary>
    public double Accuracy => (double)Confusion.Correct / Cases.Count;

    /// <summary>The part of the images whose true class is among the five of the highest scores, 0 to 1; 1 where there are not more than five classes.</summary>
    public double TopFive { get; }

    /// <summary>The mean of <see cref="ClassificationClassEvaluation.F1"/> over the classes that have one: those in the ground truth or predicted.</summary>
    public double MacroF1 => PerClass.Average(c => c.F1)!.Value;

    /// <summary>The mean of −ln p, p being the probability given to the true class, taken as at least 1e-15: cross-entropy in nats, 0 at best.</summary>
    public double LogLoss { get; }

    /// <summary>
    /// The expected calibration error, 0 to 1: the sum over <see cref="Calibration"/> of
    /// count / all · |accuracy − confidence|. Guo et al., "On Calibration of Modern Neural Networks" (2017), section 2.
    /// </summary>
    public double ExpectedCalibrationError =>
        Calibration.Where(b => b.Count > 0).Sum(b => (double)b.Count / Cases.Count * Math.Abs(b.Accuracy!.Value - b.Confidence!.Value));

    /// <summary>Computes all metrics.</summary>
    /// <param name="labels">The names of the classes, by index; at least one.</param>
    /// <param name="cases">The images, at least one.</param>
    /// <exception cref="ArgumentException">There are no labels or no cases; or a case has a true class out of range, another number of scores than there are labels, or a score that is not finite.</exception>
    public static ClassificationEvaluation Of(IReadOnlyList<string> labels, IReadOnlyList<ClassificationCase> cases)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(cases);
        if (labels.Count == 0) throw new ArgumentException("No labels are given; expected at least one class.", nameof(labels));
        if (cases.Count == 0) throw new ArgumentException("No images are given; expected at least one.", nameof(cases));
        var counts = new long[checked(labels.Count * labels.Count)];
        foreach (var c in cases)
        {
            Check(c, labels.Count);
            counts[c.Truth * labels.Count + c.Predicted]++;
        }
        return new ClassificationEvaluation([.. cases], new ConfusionMatrix(labels, counts));
    }

    private static void Check(ClassificationCase c, int classes)
    {
        if (c.Scores.Length != classes) throw new ArgumentException($"{c.Path}: has {c.Scores.Length} scores; expected one for each of {classes} classes.");
        if ((uint)c.Truth >= (uint)classes) throw new ArgumentException($"{c.Path}: has the true class {c.Truth}; expected 0 to {classes - 1}.");
        if (!c.Scores.All(float.IsFinite)) throw new ArgumentException($"{c.Path}: has a score that is not finite; expected probabilities.");
    }
}
