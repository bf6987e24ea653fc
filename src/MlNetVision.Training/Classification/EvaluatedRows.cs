namespace MlNetVision.Training;

/// <summary>A network's predictions for rows, with their metrics.</summary>
/// <param name="Scores">The probabilities of each row.</param>
/// <param name="Loss">The mean cross-entropy.</param>
/// <param name="Accuracy">The share of correct rows, 0 to 1.</param>
internal sealed record EvaluatedRows(float[][] Scores, float Loss, float Accuracy);
