using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using MlNetVision.Onnx.Shapes;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Rules;

/// <summary>
/// Operators that take one value out of all along some axes. In the formulas y and its gradient g have axes of one where x was reduced.
/// </summary>
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

/// <summary>Operators that bring values along axes to a common scale.</summary>
internal static class NormalizationRules
{
    private const float DefaultEpsilon = 1e-5f;

    public static IEnumerable<(string Operator, GradientRule Rule)> All =>
    [
        Softmax("Softmax", (g, y, axis) => y * (g - (g * y).Sum(axis))),
        Softmax("LogSoftmax", (g, y, axis) => g - (y.Exp() * g.Sum(axis))),
        ("BatchNormalization", BatchNormalization),
        ("InstanceNormalization", InstanceNormalization),
    ];

    private static (string, GradientRule) Softmax(string operation, Func<GraphTensor, GraphTensor, long[], GraphTensor> gradient) =>
        (operation, (scope, node) =>
    {
        var y = scope[node.Output[0]];
        if (scope.NeedsGradient(node, 0) && scope.GradientOf(y) is { } g)
            scope.Accumulate(node.Input[0], gradient(g, y, [ShapeInference.Axis(node.Integer("axis", -1), scope.Known(y).Length)]));
    });

    /// <summary>
    /// y = s·z + b with z = (x − μ)/σ in each channel, σ = √(variance + ε): ds = ΣdY·z, db = ΣdY. With running statistics dX = s/σ·dY; with
    /// those of the batch of n values dX = s/σ·(dY − db/n − z·ds/n), which is A·dY + B·x + C in each channel. Ioffe and Szegedy, arXiv:1502.03167, section 3.
    /// </summary>
    private static void BatchNormalization(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (x, scale, bias) = (scope[node.Input[0]], scope[node.Input[1]], scope[node.Input[2]]);
        var rank = scope.Known(x).Length;
        var byBatch = node.Integer("training_mode", 0) != 0;
        long[] axes = [0, .. Spatial(rank)];
        GraphTensor Wide(GraphTensor channel) => channel.Reshape([-1, .. Spatial(rank).Select(_ => 1L)]);

        var (mean, variance) = (scope[node.Input[3]], scope[node.Input[4]]);
        var inverse = (variance + node.Float("epsilon", DefaultEpsilon)).Sqrt().Reciprocal();
        var factor = scale * inverse;
        var throughX = byBatch && scope.NeedsGradient(x);
        if (!byBatch && scope.NeedsGradient(x)) scope.Accumulate(x, dy * Wide(factor));
        if (!throughX && !scope.NeedsGradient(scale) && !scope.NeedsGradient(bias)) return;
        var db = dy.Sum(axes, keepAxes: false);
        if (scope.NeedsGradient(bias)) scope.Accumulate(bias, db);
        if (!throughX && !scope.NeedsGradient(scale)) return;
        // ΣdY·(x − μ) = ΣdY·x − μ·ΣdY, so that x − μ need not be kept.
        var ds = ((dy * x).Sum(axes, keepAxes: false) - (mean * db)) * inverse;
        if (scope.NeedsGradient(scale)) scope.Accumulate(scale, ds);
        if (!throughX) return;
        var n = scope.Count(x, axes);
        scope.Accumulate(x, (dy * Wide(factor)) + Affine(scope, x, -(factor * inverse * ds / n), mean, -(factor * db / n)));
    }

    /// <summary>slope · (x − centre) + offset in each channel: a BatchNormalization by a variance of 1, which reads and writes once.</summary>
    private static GraphTensor Affine(GradientScope scope, GraphTensor x, GraphTensor slope, GraphTensor centre, GraphTensor offset)
    {
        var ones = new float[scope.Size(centre, 0)];
        Array.Fill(ones, 1);
        return scope.Graph.Node("BatchNormalization", [x, slope, offset, centre, scope.Graph.Floats(ones, ones.Length)], ("epsilon", 0f));
    }

    /// <summary>
    /// y = s·z + b, z = (x − μ)/σ over each channel of each sample: ds = Σ dy·z, db = Σ dy, dx = s/σ·(dy − mean dy − z·mean(dy·z)).
    /// Ulyanov et al., arXiv:1607.08022; the gradient is that of batch normalisation.
    /// </summary>
    private static void InstanceNormalization(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } dy) return;
        var (x, scale, bias) = (scope[node.Input[0]], scope[node.Input[1]], scope[node.Input[2]]);
        long[] spatial = Spatial(scope.Known(x).Length);

        var centred = x - x.Mean(spatial);
        var deviation = (centred.Square().Mean(spatial) + node.Float("epsilon", DefaultEpsilon)).Sqrt();
        var z = centred / deviation;
        var product = dy * z;
        if (scope.NeedsGradient(scale)) scope.Accumulate(scale, product.Sum([0, .. spatial], keepAxes: false));
        if (scope.NeedsGradient(bias)) scope.Accumulate(bias, dy.Sum([0, .. spatial], keepAxes: false));
        if (!scope.NeedsGradient(x)) return;
        var factor = scale.Reshape([-1, .. spatial.Select(_ => 1L)]) / deviation;
        scope.Accumulate(x, factor * (dy - dy.Mean(spatial) - (z * product.Mean(spatial))));
    }

    private static long[] Spatial(int rank) => [.. Enumerable.Range(2, rank - 2).Select(i => (long)i)];
}
