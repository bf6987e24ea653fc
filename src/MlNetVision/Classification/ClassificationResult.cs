namespace MlNetVision.Classification;

/// <summary>The classes predicted for one image.</summary>
/// <param name="Image">The path of the image, or the name that the caller gave.</param>
/// <param name="Width">The width of the upright original in pixels.</param>
/// <param name="Height">The height of the upright original in pixels.</param>
/// <param name="Predictions">The classes with the highest scores, the highest first; of equal ones the lower index first.</param>
public sealed record ClassificationResult(string Image, int Width, int Height, IReadOnlyList<ClassScore> Predictions)
{
    /// <summary>The scores of all classes, by index. Default: empty, where only <see cref="Predictions"/> are known.</summary>
    public IReadOnlyList<float> Scores { get; init; } = [];
}

/// <summary>A class and its score.</summary>
/// <param name="Index">The 0-based index of the class.</param>
/// <param name="Label">Its name.</param>
/// <param name="Score">The probability, 0 to 1; or the network's raw score where softmax was turned off.</param>
public readonly record struct ClassScore(int Index, string Label, float Score);
