namespace MlNetVision.Classification;

/// <summary>How well one class was told from the others.</summary>
/// <param name="Index">The 0-based index of the class.</param>
/// <param name="Label">Its name.</param>
/// <param name="Support">Images that are of the class.</param>
/// <param name="Predicted">Images that were given the class.</param>
/// <param name="Correct">Images that are both.</param>
public sealed record ClassificationClassEvaluation(int Index, string Label, long Support, long Predicted, long Correct)
{
    /// <summary>The part of the images given the class that are of it, 0 to 1; <see langword="null"/> where none was given it.</summary>
    public double? Precision => Ratio(Correct, Predicted);

    /// <summary>The part of the class's images that was found, 0 to 1; <see langword="null"/> where there are none.</summary>
    public double? Recall => Ratio(Correct, Support);

    /// <summary>The harmonic mean of both, 2 · correct / (support + predicted), 0 to 1; <see langword="null"/> where the class is neither in the truth nor in the answers.</summary>
    public double? F1 => Ratio(2 * Correct, Support + Predicted);

    private static double? Ratio(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
