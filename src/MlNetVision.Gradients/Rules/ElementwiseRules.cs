using MlNetVision.Onnx;
using MlNetVision.Onnx.Proto;
using static MlNetVision.Gradients.Rules.RuleTable;
using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Gradients.Rules;

/// <summary>Operators on each element for itself.</summary>
/// <remarks>Definitions: https://github.com/onnx/onnx/blob/main/docs/Operators.md. At a kink the gradient is one of those beside it.</remarks>
internal static class ElementwiseRules
{
    private const float TwoByRootPi = 1.1283792f;      // 2/√π
    private const float RootHalf = 0.70710678f;        // 1/√2
    private const float RootTwoByPi = 0.79788456f;     // √(2/π)
    private const float GeluCubic = 0.044715f;         // arXiv:1606.08415, section 2

    public static IEnumerable<(string Operator, GradientRule Rule)> All =>
    [
        // Copies; Dropout is one where it is not training.
        Unary("Identity", (g, x, y) => g),
        Unary("Dropout", (g, x, y) => g),
        Unary("Cast", (g, x, y) => g.Cast(g.Graph.TypeOf(x))),

        Unary("Neg", (g, x, y) => -g),
        Unary("Abs", (g, x, y) => g * x.Sign()),
        Unary("Exp", (g, x, y) => g * y),
        Unary("Log", (g, x, y) => g / x),
        Unary("Sqrt", (g, x, y) => g / (y + y)),
        Unary("Reciprocal", (g, x, y) => -(g * (y * y))),
        Unary("Sin", (g, x, y) => g * x.Do("Cos")),
        Unary("Cos", (g, x, y) => -(g * x.Do("Sin"))),
        Unary("Atan", (g, x, y) => g / (x.Square() + 1)),
        Unary("Erf", (g, x, y) => g * ((-(x * x)).Exp() * TwoByRootPi)),

        Unary("Sigmoid", (g, x, y) => g * (y * (1 - y))),
        Unary("Tanh", (g, x, y) => g * (1 - (y * y))),
        Unary("Softplus", (g, x, y) => g * x.Sigmoid()),
        Unary("Softsign", (g, x, y) => g * (1 - y.Abs()).Square()),                                     // y = x/(1 + |x|), so 1/(1 + |x|) = 1 − |y|
        Unary("Relu", (g, x, y) => g * Slope(x, 0)),
        Unary("LeakyRelu", (n, g, x, y) => n.Float("alpha", 0.01f) is >= 0 and <= 1 and var alpha
            ? g * Slope(x, alpha) : (x > 0).Where(g, g * n.Float("alpha", 0.01f))),
        Unary("ThresholdedRelu", (n, g, x, y) => (x > n.Float("alpha", 1)).Where(g, 0)),
        Unary("Elu", (n, g, x, y) => (x > 0).Where(g, g * (y + n.Float("alpha", 1)))),                  // y = α·(eˣ − 1) below 0
        Unary("Celu", (n, g, x, y) => (x > 0).Where(g, g * ((y / n.Float("alpha", 1)) + 1))),           // y = α·(e^(x/α) − 1) below 0
        Unary("Selu", Selu),
        Unary("HardSigmoid", (n, g, x, y) => Inside(y).Where(g * n.Float("alpha", 0.2f), 0)),
        Unary("HardSwish", HardSwish),
        Unary("Mish", Mish),
        Unary("Gelu", Gelu),
        Unary("Clip", (g, x, y) => x.EqualTo(y).Where(g, 0)),

        Binary("Add", (g, a, b, y) => g, (g, a, b, y) => g),
        Binary("Sub", (g, a, b, y) => g, (g, a, b, y) => -g),
        Binary("Mul", (g, a, b, y) => g * b, (g, a, b, y) => g * a),
        Binary("Div", (g, a, b, y) => g / b, (g, a, b, y) => -(g * y / b)),
        Binary("Pow", Power, (g, a, b, y) => (a > 0).Where(g * (y * a.Log()), 0)),
        // y = a, or b·a where a is below 0. He et al., arXiv:1502.01852, section 2.1.
        Binary("PRelu", (g, a, b, y) => (a < 0).Where(g * b, g), (g, a, b, y) => (a < 0).Where(g * a, 0)),

        ("Sum", (scope, node) => Share(scope, node, 1)),
        ("Mean", (scope, node) => Share(scope, node, 1f / node.Input.Count)),
        ("Min", Extreme),
        ("Max", Extreme),
        ("Where", Choice),
    ];

    /// <summary>
    /// 1 where x is above 0, else a lower slope from 0 to 1. ONNX Runtime multiplies and clips several times faster than it compares and chooses; values
    /// within 10⁻³⁰ of 0 count as 0.
    /// </summary>
    private static GraphTensor Slope(GraphTensor x, float low) => (x * 1e30f).Clip(low, 1);

    /// <summary>y = γ·x, or γ·α·(eˣ − 1) below 0. Klambauer et al., arXiv:1706.02515, section 2.</summary>
    private static GraphTensor Selu(NodeProto node, GraphTensor g, GraphTensor x, GraphTensor y)
    {
        var (alpha, gamma) = (node.Float("alpha", 1.67326319f), node.Float("gamma", 1.05070102f));
        return (x > 0).Where(g * gamma, g * (y + (alpha * gamma)));
    }

    /// <summary>y = x·h, h = x/6 + 1/2 bounded to 0 … 1: h + x/6 where h is inside. Howard et al., arXiv:1905.02244, section 5.2.</summary>
    private static GraphTensor HardSwish(GraphTensor g, GraphTensor x, GraphTensor y)
    {
        var h = x.Do("HardSigmoid", ("alpha", 1 / 6f), ("beta", 0.5f));
        return g * (h + Inside(h).Where(x * (1 / 6f), 0));
    }

    /// <summary>y = x·t, t = tanh(ln(1 + eˣ)): t + x·(1 − t²)·σ(x). Misra, arXiv:1908.08681.</summary>
    private static GraphTensor Mish(GraphTensor g, GraphTensor x, GraphTensor y)
    {
        var t = x.Do("Softplus").Tanh();
        return g * (t + (x * (1 - (t * t)) * x.Sigmoid()));
    }

    /// <summary>
    /// y = x·Φ(x): Φ(x) + x·φ(x) with the normal distribution and its density; or with tanh,
    /// y = x/2·(1 + t), t = tanh(√(2/π)·(x + c·x³)). Hendrycks and Gimpel, arXiv:1606.08415, section 2.
    /// </summary>
    private static GraphTensor Gelu(NodeProto node, GraphTensor g, GraphTensor x, GraphTensor y)
    {
        var square = x * x;
        if (node.Text("approximate", "none") != "tanh")
        {
            var below = ((x * RootHalf).Do("Erf") + 1) * 0.5f;
            return g * (below + (x * ((square * -0.5f).Exp() * (RootTwoByPi / 2))));
        }
        var t = (x * ((square * (RootTwoByPi * GeluCubic)) + RootTwoByPi)).Tanh();
        var slope = (square * (3 * RootTwoByPi * GeluCubic)) + RootTwoByPi;
        return g * (((t + 1) * 0.5f) + (x * 0.5f * (1 - (t * t)) * slope));
    }

    /// <summary>y = aᵇ: b·aᵇ⁻¹; 2·a is exact for squares.</summary>
    private static GraphTensor Power(GraphTensor g, GraphTensor a, GraphTensor b, GraphTensor y)
    {
        if (g.Graph.ValuesOf(b) is [2]) return g * (a + a);
        var exponent = g.Graph.TypeOf(b) == DataType.Float ? b : b.Cast(DataType.Float);
        return g * (exponent * a.Pow(exponent - 1));
    }

    private static GraphTensor Inside(GraphTensor unit) => (unit > 0) & (unit < 1);

    /// <summary>The sum of any number of tensors, or their mean: each gets its share of g.</summary>
    private static void Share(GradientScope scope, NodeProto node, float share)
    {
        if (scope.GradientOf(node.Output[0]) is not { } g) return;
        if (share != 1) g *= share;
        foreach (var x in node.Input.Where(scope.NeedsGradient)) scope.Accumulate(x, scope.Unbroadcast(g, x));
    }

    /// <summary>
    /// y = the largest or smallest of several tensors at each position: g goes to the one it came from, in equal shares where there are several.
    /// </summary>
    private static void Extreme(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } g) return;
        var y = scope[node.Output[0]];
        var chosen = node.Input.Select(x => scope[x].EqualTo(y)).ToArray();
        if (chosen.Length > 1) g /= chosen.Select(c => c.Cast(DataType.Float)).Aggregate((a, b) => a + b);
        foreach (var (x, c) in node.Input.Zip(chosen))
            if (scope.NeedsGradient(x)) scope.Accumulate(x, scope.Unbroadcast(c.Where(g, 0), x));
    }

    /// <summary>y = a where a condition holds, else b.</summary>
    private static void Choice(GradientScope scope, NodeProto node)
    {
        if (scope.GradientOf(node.Output[0]) is not { } g) return;
        var (condition, a, b) = (scope[node.Input[0]], node.Input[1], node.Input[2]);
        if (scope.NeedsGradient(a)) scope.Accumulate(a, scope.Unbroadcast(condition.Where(g, 0), a));
        if (scope.NeedsGradient(b)) scope.Accumulate(b, scope.Unbroadcast(condition.Where(scope.Graph.Scalar(0), g), b));
    }
}
