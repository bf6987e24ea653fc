using System.Collections.Frozen;
using MlNetVision.Gradients.Convolutions;
using MlNetVision.Gradients.Elementwise;
using MlNetVision.Gradients.Matrices;
using MlNetVision.Gradients.Normalizations;
using MlNetVision.Gradients.Pooling;
using MlNetVision.Gradients.Reductions;
using MlNetVision.Gradients.Resizing;
using MlNetVision.Gradients.Shaping;

namespace MlNetVision.Gradients;

/// <summary>The rules of all operators that can be differentiated, by operator.</summary>
internal static class GradientRules
{
    public static FrozenDictionary<string, IGradientRule> All { get; } = new[]
    {
        ElementwiseRules.All, ShapingRules.All, ReductionRules.All, NormalizationRules.All, ResizingRules.All, MatrixRules.All,
        ConvolutionRules.All, PoolingRules.All,
    }.SelectMany(family => family).ToFrozenDictionary(r => r.Operator, r => r.Rule, StringComparer.Ordinal);

    /// <summary>Operators whose gradient is 0 wherever there is one, or whose output does not depend on the values of the input.</summary>
    public static FrozenSet<string> Flat { get; } = new[]
    {
        "Shape", "Size", "ConstantOfShape", "EyeLike", "RandomNormalLike", "RandomUniformLike", "Bernoulli", "Multinomial", "Range", "OneHot",
        "Floor", "Ceil", "Round", "Sign", "ArgMax", "ArgMin", "NonZero", "NonMaxSuppression", "Not", "IsNaN", "IsInf",
        "Equal", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "And", "Or", "Xor",
    }.ToFrozenSet(StringComparer.Ordinal);
}
