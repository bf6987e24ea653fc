using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients.Rules;

/// <summary>What the tables of rules are written with. In all formulas g is the gradient of the output y.</summary>
internal static class RuleTable
{
    /// <summary>The gradient of x from that of y.</summary>
    public delegate GraphTensor Formula(GraphTensor g, GraphTensor x, GraphTensor y);

    /// <summary>The same, where the operator has attributes.</summary>
    public delegate GraphTensor NodeFormula(NodeProto node, GraphTensor g, GraphTensor x, GraphTensor y);

    /// <summary>The gradient of a or b from that of y, in y's shape.</summary>
    public delegate GraphTensor PairFormula(GraphTensor g, GraphTensor a, GraphTensor b, GraphTensor y);

    /// <summary>An operator with one input that takes a gradient, y = f(x).</summary>
    public static (string Operator, GradientRule Rule) Unary(string operation, Formula gradient) =>
        Unary(operation, (_, g, x, y) => gradient(g, x, y));

    /// <inheritdoc cref="Unary(string, Formula)"/>
    public static (string Operator, GradientRule Rule) Unary(string operation, NodeFormula gradient) => (operation, (scope, node) =>
    {
        if (scope.NeedsGradient(node, 0) && scope.GradientOf(node.Output[0]) is { } g)
            scope.Accumulate(node.Input[0], gradient(node, g, scope[node.Input[0]], scope[node.Output[0]]));
    });

    /// <summary>An operator y = f(a, b) on each element, with broadcasting.</summary>
    public static (string Operator, GradientRule Rule) Binary(string operation, PairFormula first, PairFormula second) => (operation, (scope, node) =>
    {
        if (scope.GradientOf(node.Output[0]) is not { } g) return;
        var (a, b, y) = (scope[node.Input[0]], scope[node.Input[1]], scope[node.Output[0]]);
        if (scope.NeedsGradient(a)) scope.Accumulate(a, scope.Unbroadcast(first(g, a, b, y), a));
        if (scope.NeedsGradient(b)) scope.Accumulate(b, scope.Unbroadcast(second(g, a, b, y), b));
    });
}

/// <summary>Orders of axes, and what is done along one of them.</summary>
internal static class Axes
{
    /// <summary>The order that undoes another.</summary>
    public static long[] Inverse(long[] order)
    {
        var inverse = new long[order.Length];
        for (var i = 0; i < order.Length; i++) inverse[order[i]] = i;
        return inverse;
    }

    /// <summary>The order that moves one axis to another position and keeps the order of the others.</summary>
    public static long[] Move(int rank, int from, int to)
    {
        var order = Enumerable.Range(0, rank).Where(a => a != from).Select(a => (long)a).ToList();
        order.Insert(to, from);
        return [.. order];
    }

    /// <summary>The entries along an axis in reverse.</summary>
    public static GraphTensor Flip(this GraphTensor tensor, int axis) => tensor.Slice([-1], [long.MinValue], [axis], [-1]);

    /// <summary>Zeros before and after the entries along an axis; a negative number takes entries away.</summary>
    public static GraphTensor Pad(this GradientScope scope, GraphTensor tensor, int axis, long front, long back)
    {
        if (front == 0 && back == 0) return tensor;
        var rank = scope.Known(tensor).Length;
        var pads = new long[2 * rank];
        (pads[axis], pads[axis + rank]) = (front, back);
        return tensor.Do("Pad", scope.Graph.Integers(pads));
    }

    /// <summary>Zeros after every entry along an axis, so that entries stand <paramref name="step"/> apart.</summary>
    public static GraphTensor Dilate(this GradientScope scope, GraphTensor tensor, int axis, long step)
    {
        var shape = scope.Known(tensor);
        // 0 copies the dimension at the same index, which the new axis has not moved; behind it one may be −1.
        long[] target = [.. shape.Select((d, i) => i < axis ? 0 : i == axis ? d!.Value * step : d ?? -1)];
        return scope.Pad(tensor.Unsqueeze(axis + 1), axis + 1, 0, step - 1).Reshape(target);
    }
}
