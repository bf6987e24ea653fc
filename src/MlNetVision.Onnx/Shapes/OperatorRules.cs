using System.Collections.Frozen;

namespace MlNetVision.Onnx.Shapes;

/// <summary>All operators of ai.onnx whose shapes are known, by name.</summary>
internal static class OperatorRules
{
    public static FrozenDictionary<string, ShapeRule> All { get; } = new[]
    {
        ConvolutionShapes.Rules, ResizeShapes.Rules, ElementwiseShapes.Rules, ConstantShapes.Rules, ReshapeShapes.Rules,
        SliceShapes.Rules, ReductionShapes.Rules, MatrixShapes.Rules, QuantizationShapes.Rules,
    }.SelectMany(family => family).ToFrozenDictionary(r => r.Operator, r => r.Rule, StringComparer.Ordinal);

    /// <summary>The same rule for several operators.</summary>
    public static IEnumerable<(string Operator, ShapeRule Rule)> Each(ShapeRule rule, params string[] operators) =>
        operators.Select(o => (o, rule));

    /// <summary>The first output is shaped as the first input.</summary>
    public static void Same(NodeScope n) => n.Set(n[0].Shape);
}
