namespace MlNetVision.Training.Style;

/// <summary>The optimiser of an image.</summary>
public enum StyleOptimizer
{
    /// <summary>L-BFGS with a line search, see <see cref="Lbfgs"/>: fewest evaluations.</summary>
    Lbfgs,

    /// <summary>Adam, see <see cref="Gradients.Optimizers.AdamOptimizer"/>: least memory.</summary>
    Adam,
}
