namespace MlNetVision.Classification;

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

    /// <summary>F1, 0 to 1: 2 · correct / (support + predicted); <see langword="null"/> where the class is neither in the ground truth nor predicted.</summary>
    public double? F1 => Ratio(2 * Correct, Support + Predicted);

    private static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
