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
        PerClass = [.. confusion.Labels.Select(
            (label, i) => new ClassificationClassEvaluation(i, label, confusion.Truth(i), confusion.Predicted(i), confusion[i, i]))];
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

    /// <summary>
    /// The part of the images whose true class is among the five of the highest scores, 0 to 1; 1 where there are not more than five classes.
    /// </summary>
    public double TopFive { get; }

    /// <summary>
    /// The mean of <see cref="ClassificationClassEvaluation.F1"/> over the classes that have one: those in the ground truth or predicted.
    /// </summary>
    public double MacroF1 => PerClass.Average(c => c.F1)!.Value;

    /// <summary>
    /// The mean of −ln p, p being the probability given to the true class, taken as at least 1e-15: cross-entropy in nats, 0 at best.
    /// </summary>
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
    /// <exception cref="ArgumentException">
    /// There are no labels or no cases; or a case has a true class out of range, another number of scores than there are labels, or a score
    /// that is not finite.
    /// </exception>
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
        if (c.Scores.Length != classes)
            throw new ArgumentException($"{c.Path}: has {c.Scores.Length} scores; expected one for each of {classes} classes.");
        if ((uint)c.Truth >= (uint)classes) throw new ArgumentException($"{c.Path}: has the true class {c.Truth}; expected 0 to {classes - 1}.");
        if (!c.Scores.All(float.IsFinite)) throw new ArgumentException($"{c.Path}: has a score that is not finite; expected probabilities.");
    }
}

/// <summary>The metrics of one class.</summary>
/// <param name="Index">The 0-based index of the class.</param>
/// <param name="Label">Its name.</param>
/// <param name="Support">Images whose ground truth is the class.</param>
/// <param name="Predicted">Images predicted as the class.</param>
/// <param name="Correct">Images that are both.</param>
public sealed record ClassificationClassEvaluation(int Index, string Label, long Support, long Predicted, long Correct)
{
    /// <summary>Precision, 0 to 1: correct / predicted; <see langword="null"/> where the class was never predicted.</summary>
    public double? Precision => Ratio(Correct, Predicted);

    /// <summary>Recall, 0 to 1: correct / support; <see langword="null"/> where the class has no images.</summary>
    public double? Recall => Ratio(Correct, Support);

    /// <summary>
    /// F1, 0 to 1: 2 · correct / (support + predicted); <see langword="null"/> where the class is neither in the ground truth nor predicted.
    /// </summary>
    public double? F1 => Ratio(2 * Correct, Support + Predicted);

    private static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;
}

/// <summary>One image of an evaluation: its ground truth and a classifier's scores.</summary>
/// <param name="Path">The path of the image.</param>
/// <param name="Truth">The index of its true class.</param>
/// <param name="Scores">The probabilities of all classes, by index. Not copied.</param>
public sealed record ClassificationCase(string Path, int Truth, float[] Scores)
{
    /// <summary>The class of the highest score; of equal ones the first.</summary>
    public int Predicted => Array.IndexOf(Scores, Scores.Max());

    /// <summary>The highest score.</summary>
    public float Confidence => Scores.Max();

    /// <summary>How many classes rank before the true one by score, ties by index; 0 is a correct prediction.</summary>
    public int Rank
    {
        get
        {
            var own = Scores[Truth];
            var before = 0;
            for (var i = 0; i < Scores.Length; i++)
                if (Scores[i] > own || (Scores[i] == own && i < Truth)) before++;
            return before;
        }
    }
}

/// <summary>The images whose highest score lies between two bounds: mean confidence and accuracy.</summary>
/// <param name="Low">The lower bound, exclusive.</param>
/// <param name="High">The upper bound, inclusive.</param>
/// <param name="Count">How many images.</param>
/// <param name="Confidence">The mean of their highest scores; <see langword="null"/> without images.</param>
/// <param name="Accuracy">The part predicted correctly; <see langword="null"/> without images.</param>
public sealed record CalibrationBin(double Low, double High, int Count, double? Confidence, double? Accuracy)
{
    /// <summary>The number of bins that calibration is measured in, as is usual.</summary>
    public const int Bins = 15;

    /// <summary>Divides cases into bins of equal width.</summary>
    internal static IReadOnlyList<CalibrationBin> Of(IReadOnlyList<ClassificationCase> cases)
    {
        var (counts, confidence, correct) = (new int[Bins], new double[Bins], new int[Bins]);
        foreach (var c in cases)
        {
            var bin = Math.Clamp((int)Math.Ceiling((double)c.Confidence * Bins) - 1, 0, Bins - 1);
            counts[bin]++;
            confidence[bin] += c.Confidence;
            if (c.Predicted == c.Truth) correct[bin]++;
        }
        return [.. Enumerable.Range(0, Bins).Select(i => new CalibrationBin(
            (double)i / Bins, (double)(i + 1) / Bins, counts[i], Mean(confidence[i], counts[i]), Mean(correct[i], counts[i])))];
    }

    private static double? Mean(double sum, int count) => count == 0 ? null : sum / count;
}
