using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = x·h, h = x/6 + 1/2 bounded to 0 … 1: dx = dy·(h + x/6 where h is inside). Howard et al., "Searching for MobileNetV3", arXiv:1905.02244, section 5.2.</summary>
internal sealed class HardSwishRule : UnaryRule
{
    protected override string Gradient(GradientScope scope, NodeProto node, string x, string y, string dy)
    {
        var h = scope.Node("HardSigmoid", [x], ("alpha", 1 / 6f), ("beta", 0.5f));
        var inside = scope.Node("And", [scope.Node("Greater", [h, scope.Constant(0f)]), scope.Node("Less", [h, scope.Constant(1f)])]);
        var slope = scope.Where(inside, scope.Node("Mul", [x, scope.Constant(1 / 6f)]));
        return scope.Node("Mul", [dy, scope.Node("Add", [h, slope])]);
    }
}
