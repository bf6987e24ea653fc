namespace MlNetVision.Inference;

/// <summary>What became of one image of many: a result, or the error that stopped it.</summary>
/// <typeparam name="TResult">The result of the task, such as <see cref="Detection.DetectionResult"/>.</typeparam>
/// <param name="Image">The path of the image, or what the caller called it.</param>
/// <param name="Result">The result, which the caller disposes where it can be disposed; null where the image failed.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
public sealed record Outcome<TResult>(string Image, TResult? Result, Exception? Error) where TResult : class;
