using static MlNetVision.Onnx.Proto.TensorProto.Types;

namespace MlNetVision.Onnx.Shapes;

/// <summary>Operators that work on each element, with broadcasting.</summary>
/// <remarks>https://github.com/onnx/onnx/blob/main/docs/Broadcasting.md.</remarks>
internal static class ElementwiseShapes
{
    public static IEnumerable<(string Operator, ShapeRule Rule)> Rules =>
    [
        .. OperatorRules.Each(OperatorRules.Same,
            "Relu", "LeakyRelu", "PRelu", "Elu", "Celu", "Selu", "Gelu", "ThresholdedRelu", "Sigmoid", "HardSigmoid", "HardSwish", "Mish",
            "Tanh", "Softplus", "Softsign", "Swish", "Exp", "Log", "Erf", "Reciprocal", "Sign", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan",
            "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "Clip", "Shrink", "Affine", "ScaledTanh", "ParametricSoftplus", "CumSum", "Trilu",
            "BitwiseNot", "Hardmax"),
        .. OperatorRules.Each(n => n.Set(0, DataType.Bool, n[0].Shape), "Not", "IsNaN", "IsInf"),
        .. Unary(("Identity", v => v), ("Neg", v => -v), ("Abs", Math.Abs), ("Floor", Math.Floor), ("Ceil", Math.Ceiling), ("Sqrt", Math.Sqrt),
            ("Round", v => Math.Round(v))),
        .. Binary(("Add", (a, b) => a + b), ("Sub", (a, b) => a - b), ("Mul", (a, b) => a * b), ("Pow", Math.Pow),
            ("Mod", (a, b) => a - (b * Math.Floor(a / b)))),
        ("Div", n => Combine(n, n[0].Type, ElementType.IsInteger(n[0].Type) ? (a, b) => Math.Truncate(a / b) : (a, b) => a / b)),
        .. Comparison(("Equal", (a, b) => a == b), ("Greater", (a, b) => a > b), ("Less", (a, b) => a < b),
            ("GreaterOrEqual", (a, b) => a >= b), ("LessOrEqual", (a, b) => a <= b), ("And", (a, b) => a != 0 && b != 0),
                ("Or", (a, b) => a != 0 || b != 0)),
        ("Xor", n => Combine(n, DataType.Bool, (a, b) => a == b ? 0 : 1)),
        ("BitShift", n => n.Set(Broadcast(n[0].Shape, n[1].Shape))),
        ("Max", n => Variadic(n, Math.Max)),
        ("Min", n => Variadic(n, Math.Min)),
        ("Sum", n => Variadic(n, (a, b) => a + b)),
        ("Mean", n => Variadic(n, null)),
        ("Where", Where),
        ("Cast", n => Cast(n, (DataType)n.Node.Integer("to", 0))),
        ("CastLike", n => Cast(n, n[1].Type)),
    ];

    /// <summary>The shape of two tensors broadcast together; throws where they do not fit.</summary>
    public static long?[]? Broadcast(long?[]? a, long?[]? b)
    {
        if (a is null || b is null) return null;
        var result = new long?[Math.Max(a.Length, b.Length)];
        for (var i = 1; i <= result.Length; i++) result[^i] = Dimension(i <= a.Length ? a[^i] : 1, i <= b.Length ? b[^i] : 1);
        return result;
    }

    /// <summary>A dimension that is not known is 1 or equal to its partner, so a partner other than 1 decides.</summary>
    private static long? Dimension(long? a, long? b) => (a, b) switch
    {
        (1, _) => b,
        (_, 1) => a,
        (null, _) => b,
        (_, null) => a,
        _ => a == b ? a : throw new InvalidOperationException($"{a} and {b} cannot be broadcast."),
    };

    private static IEnumerable<(string, ShapeRule)> Unary(params (string Name, Func<double, double> Value)[] operators) =>
        operators.Select(o =>
            (o.Name, (ShapeRule)(n => n.Set(n[0].Shape, n[0].Values?.Select(v => v is null ? null : (double?)o.Value(v.Value)).ToArray()))));

    private static IEnumerable<(string, ShapeRule)> Binary(params (string Name, Func<double, double, double> Value)[] operators) =>
        operators.Select(o => (o.Name, (ShapeRule)(n => Combine(n, n[0].Type, o.Value))));

    private static IEnumerable<(string, ShapeRule)> Comparison(params (string Name, Func<double, double, bool> Value)[] operators) =>
        operators.Select(o => (o.Name, (ShapeRule)(n => Combine(n, DataType.Bool, (a, b) => o.Value(a, b) ? 1 : 0))));

    /// <summary>Before operator set 7 the second input was spread over the first, so the first gave the shape.</summary>
    private static void Combine(NodeScope n, DataType type, Func<double, double, double> value) =>
        n.Set(0, type, n.OperatorSet < 7 ? n[0].Shape : Broadcast(n[0].Shape, n[1].Shape), SmallValues.Zip(n[0].Values, n[1].Values, value));

    private static void Variadic(NodeScope n, Func<double, double, double>? value)
    {
        var (shape, values) = (n[0].Shape, n[0].Values);
        for (var i = 1; i < n.Node.Input.Count; i++)
        {
            shape = Broadcast(shape, n[i].Shape);
            values = value is null ? null : SmallValues.Zip(values, n[i].Values, value);
        }
        n.Set(shape, values);
    }

    private static void Where(NodeScope n)
    {
        var shape = Broadcast(Broadcast(n[0].Shape, n[1].Shape), n[2].Shape);
        var (condition, yes, no) = (n[0].Values, n[1].Values, n[2].Values);
        double?[]? values = null;
        if (condition is not null && yes is not null && no is not null
            && new TensorFact(DataType.Undefined, shape).Count is { } count and <= SmallValues.Limit
            && new[] { condition, yes, no }.All(v => v.Length == 1 || v.Length == count))
        {
            values = new double?[count];
            for (var i = 0; i < count; i++)
                values[i] = At(condition, i) is not { } c ? null : c != 0 ? At(yes, i) : At(no, i);
        }
        n.Set(0, n[1].Type, shape, values);
    }

    private static double? At(double?[] values, int i) => values[values.Length == 1 ? 0 : i];

    private static void Cast(NodeScope n, DataType type) =>
        n.Set(0, type, n[0].Shape,
            ElementType.IsInteger(type) ? n[0].Values?.Select(v => v is null ? null : (double?)Math.Truncate(v.Value)).ToArray() : n[0].Values);
}
