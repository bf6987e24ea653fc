namespace MlNetVision.Segmentation;

/// <summary>What became of one picture of many: a result, or the error that stopped it.</summary>
/// <param name="Image">The path of the picture.</param>
/// <param name="Result">Its mask; null where the picture failed.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record SegmentationOutcome(string Image, SegmentationResult? Result, Exception? Error);
