namespace MlNetVision.Segmentation;

/// <summary>How much of a mask one class covers.</summary>
/// <param name="Index">The 0-based index of the class.</param>
/// <param name="Label">Its name.</param>
/// <param name="Pixels">The number of its pixels, at least 1.</param>
/// <param name="Fraction">Its share of all pixels, 0 to 1.</param>
public readonly record struct ClassShare(int Index, string Label, long Pixels, double Fraction);
