namespace MlNetVision.Training.Gradients.Reductions;

/// <summary>y = √Σ x²: dx = dy·x/y, 0 where y is 0.</summary>
internal sealed class ReduceL2Rule : ReductionRule
{
    protected override string Gradient(GradientScope scope, string x, string y, string dy, long[] axes)
    {
        var length = scope.Node("Max", [y, scope.Constant(float.Epsilon)]);
        return scope.Node("Mul", [scope.Node("Div", [x, length]), dy]);
    }
}
