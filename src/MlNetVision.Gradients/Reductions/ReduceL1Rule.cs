namespace MlNetVision.Gradients.Reductions;

/// <summary>y = Σ |x|: dx = dy·sign x.</summary>
internal sealed class ReduceL1Rule : ReductionRule
{
    protected override string Gradient(GradientScope scope, string x, string y, string dy, long[] axes) =>
        scope.Node("Mul", [dy, scope.Node("Sign", [x])]);
}
