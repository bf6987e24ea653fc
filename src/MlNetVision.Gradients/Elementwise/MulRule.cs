namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = a·b: da = dy·b, db = dy·a.</summary>
internal sealed class MulRule : BinaryRule
{
    protected override string First(GradientScope scope, string a, string b, string y, string dy) => scope.Node("Mul", [dy, b]);

    protected override string Second(GradientScope scope, string a, string b, string y, string dy) => scope.Node("Mul", [dy, a]);
}
