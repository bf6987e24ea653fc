namespace MlNetVision.Classification;

/// <summary>A class and its score.</summary>
/// <param name="Index">The 0-based index of the class.</param>
/// <param name="Label">Its name.</param>
/// <param name="Score">The probability, 0 to 1; or the network's raw score where softmax was turned off.</param>
public readonly record struct ClassScore(int Index, string Label, float Score);
