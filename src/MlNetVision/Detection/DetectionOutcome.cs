namespace MlNetVision.Detection;

/// <summary>What became of one picture of many: a result, or the error that stopped it.</summary>
/// <param name="Image">The path of the picture.</param>
/// <param name="Result">What was found; null where the picture failed.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record DetectionOutcome(string Image, DetectionResult? Result, Exception? Error);
