namespace MlNetVision.Training.Style;

/// <summary>The losses of an image: each term as it is defined in <see cref="StyleLosses"/>, and the weighted sum.</summary>
/// <param name="Content">½ · Σ (F − P)².</param>
/// <param name="Styles">Σ (G − A)² / (4 · C² · M²) of each style layer, in the order of the options.</param>
/// <param name="TotalVariation">Squared differences of neighbours.</param>
/// <param name="Total">The sum of all, each by its weight.</param>
public sealed record StyleTerms(double Content, IReadOnlyList<double> Styles, double TotalVariation, double Total)
{
    /// <summary>The same, each by its weight, so that they add up to the total; null where they are that already.</summary>
    public StyleTerms? Weighted { get; init; }
}
