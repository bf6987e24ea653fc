namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = a + b: da = db = dy.</summary>
internal sealed class AddRule : BinaryRule
{
    protected override string First(GradientScope scope, string a, string b, string y, string dy) => dy;

    protected override string Second(GradientScope scope, string a, string b, string y, string dy) => dy;
}
