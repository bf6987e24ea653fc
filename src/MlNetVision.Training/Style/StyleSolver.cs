namespace MlNetVision.Training.Style;

/// <summary>What moves an optimised image.</summary>
public enum StyleSolver
{
    /// <summary>L-BFGS with a line search, see <see cref="Lbfgs"/>: fewest evaluations.</summary>
    Lbfgs,

    /// <summary>Adam, see <see cref="Gradients.Optimizers.AdamOptimizer"/>: least memory.</summary>
    Adam,
}
