namespace MlNetVision.Training.Style;

/// <summary>Where an optimisation stands after an iteration.</summary>
/// <param name="Scale">The scale being worked on, from 0, the smallest.</param>
/// <param name="Iteration">The iteration within the scale, from 1.</param>
/// <param name="Evaluations">Evaluations of loss and gradient so far, over all scales.</param>
/// <param name="Losses">The terms of the best image so far.</param>
/// <param name="Remaining">The time that the iterations left at all scales will take, by those until now.</param>
public sealed record StyleProgress(int Scale, int Iteration, int Evaluations, StyleTerms Losses, TimeSpan Remaining);
