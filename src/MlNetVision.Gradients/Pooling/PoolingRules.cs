namespace MlNetVision.Gradients.Pooling;

/// <summary>Operators that take one value out of a window.</summary>
internal static class PoolingRules
{
    public static IEnumerable<(string Operator, IGradientRule Rule)> All =>
    [
        ("MaxPool", new MaxPoolRule()),
        ("AveragePool", new AveragePoolRule()),
        ("GlobalAveragePool", new GlobalAveragePoolRule()),
        ("GlobalMaxPool", new GlobalMaxPoolRule()),
    ];
}
