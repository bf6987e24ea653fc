namespace MlNetVision.Gradients.Reductions;

/// <summary>y = ln Σ eˣ: dx = dy·eˣ⁻ʸ.</summary>
internal sealed class ReduceLogSumExpRule : ReductionRule
{
    protected override string Gradient(GradientScope scope, string x, string y, string dy, long[] axes) =>
        scope.Node("Mul", [dy, scope.Node("Exp", [scope.Node("Sub", [x, y])])]);
}
