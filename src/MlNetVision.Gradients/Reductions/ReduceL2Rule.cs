namespace MlNetVision.Gradients.Reductions;

/// <summary>y = √Σ x²: dx = dy·x/y, 0 where y is 0.</summary>
internal sealed class ReduceL2Rule : ReductionRule
{
    protected override string Gradient(GradientScope scope, string x, string y, string dy, long[] axes)
    {
        // The smallest normal number: processors may take smaller ones for 0.
        var length = scope.Node("Max", [y, scope.Constant(1.1754944e-38f)]);
        return scope.Node("Mul", [scope.Node("Div", [x, length]), dy]);
    }
}
