using System.Collections.Frozen;
using MlNetVision.Training.Gradients.Convolutions;
using MlNetVision.Training.Gradients.Elementwise;
using MlNetVision.Training.Gradients.Matrices;
using MlNetVision.Training.Gradients.Normalizations;
using MlNetVision.Training.Gradients.Pooling;
using MlNetVision.Training.Gradients.Reductions;
using MlNetVision.Training.Gradients.Resizing;
using MlNetVision.Training.Gradients.Shaping;

namespace MlNetVision.Training.Gradients;

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
