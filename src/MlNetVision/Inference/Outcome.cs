namespace MlNetVision.Inference;

/// <summary>The outcome for one image of many: a result or an error.</summary>
/// <typeparam name="TResult">The result of the task, such as <see cref="Detection.DetectionResult"/>.</typeparam>
/// <param name="Image">The path of the image, or the name that the caller gave.</param>
/// <param name="Result">The result; the caller disposes a disposable one. Null where the image failed.</param>
/// <param name="Error">The error; null where the image did not fail.</param>
public sealed record Outcome<TResult>(string Image, TResult? Result, Exception? Error) where TResult : class;
