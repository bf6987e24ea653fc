namespace MlNetVision.Gradients.Reductions;

/// <summary>y = Σ x: every x gets dy.</summary>
internal sealed class ReduceSumRule : ReductionRule
{
    protected override string Gradient(GradientScope scope, string x, string y, string dy, long[] axes) =>
        scope.Node("Expand", [dy, scope.ShapeOf(x)]);
}
