namespace MlNetVision.Gradients.Reductions;

/// <summary>y = the mean of n values: every x gets dy/n.</summary>
internal sealed class ReduceMeanRule : ReductionRule
{
    protected override string Gradient(GradientScope scope, string x, string y, string dy, long[] axes)
    {
        var count = scope.Count(x, axes);
        return scope.Node("Expand", [scope.Node("Div", [dy, count]), scope.ShapeOf(x)]);
    }
}
