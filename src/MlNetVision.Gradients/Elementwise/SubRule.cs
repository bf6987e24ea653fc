namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = a − b: da = dy, db = −dy.</summary>
internal sealed class SubRule : BinaryRule
{
    protected override string First(GradientScope scope, string a, string b, string y, string dy) => dy;

    protected override string Second(GradientScope scope, string a, string b, string y, string dy) => scope.Node("Neg", [dy]);
}
