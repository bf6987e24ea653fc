namespace MlNetVision.Gradients.Normalizations;

/// <summary>Operators that bring values along axes to a common scale.</summary>
internal static class NormalizationRules
{
    public static IEnumerable<(string Operator, IGradientRule Rule)> All =>
    [
        ("Softmax", new SoftmaxRule(logarithm: false)),
        ("LogSoftmax", new SoftmaxRule(logarithm: true)),
        ("BatchNormalization", new BatchNormalizationRule()),
        ("InstanceNormalization", new InstanceNormalizationRule()),
    ];
}
