namespace MlNetVision.Style;

/// <summary>What became of one picture of many: a result, or the error that stopped it.</summary>
/// <param name="Image">The path of the picture.</param>
/// <param name="Result">The stylised picture, which the caller disposes; null where it failed.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record StyleOutcome(string Image, StyleResult? Result, Exception? Error);
