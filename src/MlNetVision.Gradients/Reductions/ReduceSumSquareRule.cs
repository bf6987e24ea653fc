namespace MlNetVision.Gradients.Reductions;

/// <summary>y = Σ x²: dx = 2·dy·x.</summary>
internal sealed class ReduceSumSquareRule : ReductionRule
{
    protected override string Gradient(GradientScope scope, string x, string y, string dy, long[] axes) =>
        scope.Node("Mul", [scope.Node("Add", [dy, dy]), x]);
}
