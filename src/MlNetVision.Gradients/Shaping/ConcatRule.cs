using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Gradients.Shaping;

/// <summary>Tensors one after another along an axis: each gets its part of dy.</summary>
internal sealed class ConcatRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var axis = ShapeInference.Axis(node.Integer("axis", 1), scope.Known(dy).Length);
        if (node.Input.Count == 1)
        {
            scope.Accumulate(node.Input[0], dy);
            return;
        }
        var sizes = node.Input.Select(x => scope.Size(x, axis)).ToArray();
        var start = 0L;
        foreach (var (x, size) in node.Input.Zip(sizes))
        {
            if (scope.NeedsGradient(x)) scope.Accumulate(x, scope.Cut(dy, axis, start, start + size));
            start += size;
        }
    }
}
