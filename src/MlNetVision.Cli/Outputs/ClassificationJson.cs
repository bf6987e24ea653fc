using MlNetVision.Classification;

namespace MlNetVision.Cli.Outputs;

/// <summary>The line of JSON of one image's best classes, the best first.</summary>
internal sealed record ClassificationJson(string Image, int Width, int Height, IReadOnlyList<ClassScore> Predictions)
{
    public static ClassificationJson From(ClassificationResult result) => new(result.Image, result.Width, result.Height, result.Predictions);
}
