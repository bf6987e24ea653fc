using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = aᵇ: da = dy·b·aᵇ⁻¹, db = dy·y·ln a, 0 where a is not above 0.</summary>
internal sealed class PowRule : BinaryRule
{
    protected override string First(GradientScope scope, string a, string b, string y, string dy)
    {
        if (scope.Values(b) is [2]) return scope.Node("Mul", [dy, scope.Node("Add", [a, a])]);
        var exponent = scope.Type(b) == DataType.Float ? b : scope.Node("Cast", [b], ("to", (long)DataType.Float));
        var power = scope.Node("Pow", [a, scope.Node("Sub", [exponent, scope.Constant(1f)])]);
        return scope.Node("Mul", [dy, scope.Node("Mul", [exponent, power])]);
    }

    protected override string Second(GradientScope scope, string a, string b, string y, string dy)
    {
        var slope = scope.Node("Mul", [dy, scope.Node("Mul", [y, scope.Node("Log", [a])])]);
        return scope.Where(scope.Node("Greater", [a, scope.Constant(0f)]), slope);
    }
}
