namespace MlNetVision.Training;

/// <summary>An image that gave no features, and is left out.</summary>
/// <param name="Path">The path of the image.</param>
/// <param name="Error">Why; the message names the image.</param>
public sealed record FeatureFailure(string Path, Exception Error);
