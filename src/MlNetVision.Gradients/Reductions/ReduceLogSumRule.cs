namespace MlNetVision.Gradients.Reductions;

/// <summary>y = ln Σ x: dx = dy·e⁻ʸ.</summary>
internal sealed class ReduceLogSumRule : ReductionRule
{
    protected override string Gradient(GradientScope scope, string x, string y, string dy, long[] axes) =>
        scope.Node("Expand", [scope.Node("Mul", [dy, scope.Node("Exp", [scope.Node("Neg", [y])])]), scope.ShapeOf(x)]);
}
