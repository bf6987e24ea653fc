using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Gradients.Normalizations;

/// <summary>y = eˣ/Σ eˣ: dx = y·(dy − Σ dy·y). Its logarithm y = x − ln Σ eˣ: dx = dy − eʸ·Σ dy.</summary>
internal sealed class SoftmaxRule(bool logarithm) : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var y = node.Output[0];
        if (!scope.NeedsGradient(node, 0) || scope.GradientOf(y) is not { } dy) return;
        var axes = scope.Constant((long)ShapeInference.Axis(node.Integer("axis", -1), scope.Known(y).Length));
        scope.Accumulate(node.Input[0], logarithm
            ? scope.Node("Sub", [dy, scope.Node("Mul", [scope.Node("Exp", [y]), scope.Node("ReduceSum", [dy, axes])])])
            : scope.Node("Mul", [y, scope.Node("Sub", [dy, scope.Node("ReduceSum", [scope.Node("Mul", [dy, y]), axes])])]));
    }
}
