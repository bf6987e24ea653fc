using System.Collections.Frozen;
using MlNetVision.Training.Gradients.Elementwise;
using MlNetVision.Training.Gradients.Normalizations;
using MlNetVision.Training.Gradients.Reductions;
using MlNetVision.Training.Gradients.Resizing;
using MlNetVision.Training.Gradients.Shaping;

namespace MlNetVision.Training.Gradients;

/// <summary>The rules of all operators that can be differentiated, by operator.</summary>
internal static class GradientRules
{
    public static FrozenDictionary<string, IGradientRule> All { get; } = new[]
    {
        ElementwiseRules.All, ShapingRules.All, ReductionRules.All, NormalizationRules.All, ResizingRules.All,
    }.SelectMany(family => family).ToFrozenDictionary(r => r.Operator, r => r.Rule, StringComparer.Ordinal);
}
