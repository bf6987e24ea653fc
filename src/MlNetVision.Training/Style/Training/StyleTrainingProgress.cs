namespace MlNetVision.Training.Style;

/// <summary>The progress of a style network's training after a step.</summary>
/// <param name="Step">The step, from 1.</param>
/// <param name="Steps">All steps.</param>
/// <param name="Losses">The terms, averaged over the photos of the step, each by its weight: they add up to the total.</param>
/// <param name="Remaining">The estimated time left.</param>
public sealed record StyleTrainingProgress(int Step, int Steps, StyleTerms Losses, TimeSpan Remaining);
