namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = a/b: da = dy/b, db = −dy·y/b.</summary>
internal sealed class DivRule : BinaryRule
{
    protected override string First(GradientScope scope, string a, string b, string y, string dy) => scope.Node("Div", [dy, b]);

    protected override string Second(GradientScope scope, string a, string b, string y, string dy) =>
        scope.Node("Neg", [scope.Node("Div", [scope.Node("Mul", [dy, y]), b])]);
}
