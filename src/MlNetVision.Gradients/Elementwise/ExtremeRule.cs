using MlNetVision.Onnx.Proto;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Elementwise;

/// <summary>y = the largest or smallest of several tensors at each place: dy goes to the one it came from, in equal shares where there are several.</summary>
internal sealed class ExtremeRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var chosen = node.Input.Select(x => scope.Node("Equal", [x, node.Output[0]])).ToArray();
        if (node.Input.Count > 1)
        {
            var count = chosen.Select(c => scope.Node("Cast", [c], ("to", (long)DataType.Float))).Aggregate((a, b) => scope.Node("Add", [a, b]));
            dy = scope.Node("Div", [dy, count]);
        }
        foreach (var (x, c) in node.Input.Zip(chosen))
            if (scope.NeedsGradient(x)) scope.Accumulate(x, scope.Unbroadcast(scope.Where(c, dy), x));
    }
}
