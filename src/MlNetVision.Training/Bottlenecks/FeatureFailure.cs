namespace MlNetVision.Training;

/// <summary>An image without features, because it cannot be read.</summary>
/// <param name="Path">The path of the image.</param>
/// <param name="Error">The reason; the message names the image.</param>
public sealed record FeatureFailure(string Path, Exception Error);
