using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;

namespace MlNetVision.Gradients.Shaping;

/// <summary>Entries picked along an axis by their positions: each adds its dy to the place it came from.</summary>
internal sealed class GatherRule : IGradientRule
{
    public void Differentiate(GradientScope scope, NodeProto node)
    {
        var (x, indices) = (node.Input[0], node.Input[1]);
        if (!scope.NeedsGradient(x) || scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (rank, picks) = (scope.Known(x).Length, scope.Known(indices).Length);
        var axis = ShapeInference.Axis(node.Integer("axis", 0), rank);
        // ScatterND adds along leading axes, so the axis goes to the front of x, and the axes of the positions to that of dy.
        long[] front = Axes.Move(rank, axis, 0);
        long[] picked = [.. Range(axis, picks), .. Range(0, axis), .. Range(axis + picks, rank - axis - 1)];
        var zeros = scope.Zeros(scope.Node("Transpose", [x], ("perm", front)));
        var sum = scope.Node("ScatterND",
            [zeros, scope.Node("Unsqueeze", [indices, scope.Constant(-1L)]), scope.Node("Transpose", [dy], ("perm", picked))], ("reduction", "add"));
        scope.Accumulate(x, scope.Node("Transpose", [sum], ("perm", Axes.Inverse(front))));
    }

    private static IEnumerable<long> Range(int start, int count) => Enumerable.Range(start, count).Select(i => (long)i);
}
