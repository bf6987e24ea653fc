namespace MlNetVision.Gradients.Convolutions;

/// <summary>Convolutions.</summary>
internal static class ConvolutionRules
{
    public static IEnumerable<(string Operator, IGradientRule Rule)> All =>
    [
        ("Conv", new ConvRule()),
        ("ConvTranspose", new ConvTransposeRule()),
    ];
}
