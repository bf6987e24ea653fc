namespace MlNetVision.Training;

/// <summary>A picture that gave no features, and is left out.</summary>
/// <param name="Path">The path of the picture.</param>
/// <param name="Error">Why; the message names the picture.</param>
public sealed record FeatureFailure(string Path, Exception Error);
