namespace MlNetVision.Training;

/// <summary>How a network answers for rows.</summary>
/// <param name="Scores">Probabilities, a row each.</param>
/// <param name="Loss">The mean cross-entropy.</param>
/// <param name="Accuracy">The share answered rightly, 0 to 1.</param>
internal sealed record Answers(float[][] Scores, float Loss, float Accuracy);
