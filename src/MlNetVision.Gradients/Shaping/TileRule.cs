using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Shaping;

/// <summary>A tensor repeated whole along its axes: dx is the sum of dy over the repetitions.</summary>
internal sealed class TileRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var x = node.Input[0];
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        var repeats = scope.Needed(node, "repeats", 1);
        long[] blocks = [.. repeats.SelectMany((r, axis) => new[] { r, scope.Size(x, axis) })];
        long[] sums = [.. repeats.Select((_, axis) => 2L * axis)];
        scope.Accumulate(x, scope.Node("ReduceSum", [scope.Node("Reshape", [dy, scope.Constant(blocks)]), scope.Constant(sums)], ("keepdims", 0L)));
    }
}
