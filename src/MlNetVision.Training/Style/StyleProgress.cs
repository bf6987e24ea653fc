namespace MlNetVision.Training.Style;

/// <summary>Where an optimisation stands after an iteration.</summary>
/// <param name="Scale">The scale being worked on, from 0, the smallest.</param>
/// <param name="Iteration">The iteration within the scale, from 1.</param>
/// <param name="Evaluations">Evaluations of loss and gradient so far, over all scales.</param>
/// <param name="Losses">The terms, weighted, and their sum.</param>
public sealed record StyleProgress(int Scale, int Iteration, int Evaluations, StyleTerms Losses);
