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
    public static (string Operator, GradientRule Rule) Unary(string operation, Formula gradient) => Unary(operation, (_, g, x, y) => gradient(g, x, y));

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
