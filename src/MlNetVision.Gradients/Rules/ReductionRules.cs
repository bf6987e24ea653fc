using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Rules;

/// <summary>Operators that take one value out of all along some axes. In the formulas y and its gradient g have axes of one where x was reduced.</summary>
internal static class ReductionRules
{
    /// <summary>The smallest normal number: processors may take smaller ones for 0.</summary>
    private const float Tiny = 1.1754944e-38f;

    private delegate GraphTensor Formula(GradientScope scope, GraphTensor g, GraphTensor x, GraphTensor y, long[] axes);

    public static IEnumerable<(string Operator, GradientRule Rule)> All =>
    [
        Reduction("ReduceSum", (s, g, x, y, axes) => g.Expand(x.Shape())),
        Reduction("ReduceMean", (s, g, x, y, axes) => (g / s.Count(x, axes)).Expand(x.Shape())),
        Reduction("ReduceSumSquare", (s, g, x, y, axes) => (g + g) * x),
        Reduction("ReduceL1", (s, g, x, y, axes) => g * x.Sign()),
        Reduction("ReduceL2", (s, g, x, y, axes) => x / y.Max(s.Graph.Scalar(Tiny)) * g),         // 0 where y is 0
        Reduction("ReduceLogSum", (s, g, x, y, axes) => (g * (-y).Exp()).Expand(x.Shape())),
        Reduction("ReduceLogSumExp", (s, g, x, y, axes) => g * (x - y).Exp()),
        Reduction("ReduceMax", Extreme),
        Reduction("ReduceMin", Extreme),
    ];

    /// <summary>g goes to the x that is y, in equal shares where there are several.</summary>
    private static GraphTensor Extreme(GradientScope scope, GraphTensor g, GraphTensor x, GraphTensor y, long[] axes)
    {
        var chosen = x.EqualTo(y).Cast(DataType.Float);
        return chosen * (g / chosen.Sum(axes));
    }

    private static (string, GradientRule) Reduction(string operation, Formula gradient) => (operation, (scope, node) =>
    {
        if (!scope.NeedsGradient(node, 0) || scope.GradientOf(node.Output[0]) is not { } g) return;
        var (x, y) = (scope[node.Input[0]], scope[node.Output[0]]);
        var axes = Axes(scope, node, scope.Known(x).Length);
        if (node.Integer("keepdims", 1) == 0 && axes.Length > 0) (y, g) = (y.Unsqueeze(axes), g.Unsqueeze(axes));
        scope.Accumulate(x, gradient(scope, g, x, y, axes));
    });

    private static long[] Axes(GradientScope scope, NodeProto node, int rank)
    {
        if (scope.List(node, "axes", 1) is { Length: > 0 } axes) return [.. axes.Select(a => (long)ShapeInference.Axis(a, rank)).Order()];
        return node.Integer("noop_with_empty_axes", 0) != 0 ? [] : [.. Enumerable.Range(0, rank).Select(i => (long)i)];
    }
}
