using System.Collections.Frozen;
using MlNetVision.Gradients.Rules;
using MlNetVision.Onnx.Proto;

namespace MlNetVision.Gradients;

/// <summary>
/// Appends the nodes that compute the gradients of a node's inputs from those of its outputs, of which at least one exists, and passes them to
/// <see cref="GradientScope.Accumulate"/>.
/// </summary>
internal delegate void GradientRule(GradientScope scope, NodeProto node);

/// <summary>The rules of all operators that can be differentiated, by operator.</summary>
internal static class GradientRules
{
    public static FrozenDictionary<string, GradientRule> All { get; } = new[]
    {
        ElementwiseRules.All, ReductionRules.All, ShapingRules.All, NormalizationRules.All, MatrixRules.All, ConvolutionRules.All, PoolingRules.All,
        [("Resize", ResizeRule.Differentiate)],
    }.SelectMany(table => table).ToFrozenDictionary(r => r.Operator, r => r.Rule, StringComparer.Ordinal);

    /// <summary>Operators whose gradient is 0 wherever there is one, or whose output does not depend on the values of the input.</summary>
    public static FrozenSet<string> Flat { get; } = new[]
    {
        "Shape", "Size", "ConstantOfShape", "EyeLike", "RandomNormalLike", "RandomUniformLike", "Bernoulli", "Multinomial", "Range", "OneHot",
        "Floor", "Ceil", "Round", "Sign", "ArgMax", "ArgMin", "NonZero", "NonMaxSuppression", "Not", "IsNaN", "IsInf",
        "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or", "Xor",
    }.ToFrozenSet(StringComparer.Ordinal);
}
