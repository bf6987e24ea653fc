namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = a, or b·a where a is below 0: da = dy, or b·dy; db = 0, or a·dy. He et al., "Delving deep into rectifiers", arXiv:1502.01852, section 2.1.</summary>
internal sealed class PReluRule : BinaryRule
{
    protected override string First(GradientScope scope, string a, string b, string y, string dy) =>
        scope.Where(Below(scope, a), scope.Node("Mul", [dy, b]), dy);

    protected override string Second(GradientScope scope, string a, string b, string y, string dy) =>
        scope.Where(Below(scope, a), scope.Node("Mul", [dy, a]));

    private static string Below(GradientScope scope, string a) => scope.Node("Less", [a, scope.Constant(0f)]);
}
