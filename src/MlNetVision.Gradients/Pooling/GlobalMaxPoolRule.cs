using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Pooling;

/// <summary>y is the largest x of a channel: dy goes to the x that is it, in equal shares where there are several.</summary>
internal sealed class GlobalMaxPoolRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var x = node.Input[0];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        long[] spatial = [.. Enumerable.Range(2, scope.Known(x).Length - 2).Select(i => (long)i)];
        var chosen = scope.Node("Cast", [scope.Node("Equal", [x, node.Output[0]])], ("to", (long)DataType.Float));
        var share = scope.Node("Div", [dy, scope.Node("ReduceSum", [chosen, scope.Constant(spatial)])]);
        scope.Accumulate(x, scope.Node("Mul", [chosen, share]));
    }
}
