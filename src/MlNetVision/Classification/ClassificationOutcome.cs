namespace MlNetVision.Classification;

/// <summary>What became of one picture of many: a result, or the error that stopped it.</summary>
/// <param name="Image">The path of the picture.</param>
/// <param name="Result">What it shows; null where the picture failed.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record ClassificationOutcome(string Image, ClassificationResult? Result, Exception? Error);
