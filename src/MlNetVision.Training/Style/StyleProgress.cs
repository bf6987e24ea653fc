namespace MlNetVision.Training.Style;

/// <summary>The progress of an optimisation after an iteration.</summary>
/// <param name="Scale">The current scale, from 0, the smallest.</param>
/// <param name="Iteration">The iteration within the scale, from 1.</param>
/// <param name="Evaluations">Evaluations of loss and gradient so far, over all scales.</param>
/// <param name="Losses">The terms of the best image so far.</param>
/// <param name="Remaining">The estimated time left over all scales.</param>
public sealed record StyleProgress(int Scale, int Iteration, int Evaluations, StyleTerms Losses, TimeSpan Remaining);
