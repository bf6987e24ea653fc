namespace MlNetVision.Classification;

/// <summary>What became of one picture of many: its features, or the error that stopped it.</summary>
/// <param name="Image">The path of the picture.</param>
/// <param name="Features">One number a feature; null where the picture failed.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record FeatureOutcome(string Image, float[]? Features, Exception? Error);
