namespace MlNetVision.Gradients.Resizing;

/// <summary>Operators that change the size of pictures.</summary>
internal static class ResizingRules
{
    public static IEnumerable<(string Operator, IGradientRule Rule)> All =>
    [
        ("Resize", new ResizeRule()),
    ];
}
