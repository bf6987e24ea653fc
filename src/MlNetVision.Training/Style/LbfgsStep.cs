namespace MlNetVision.Training.Style;

/// <summary>The result of an iteration of <see cref="Lbfgs"/>.</summary>
/// <param name="Iteration">Its number, from 1.</param>
/// <param name="Evaluations">Evaluations so far.</param>
/// <param name="Value">The value reached.</param>
public readonly record struct LbfgsStep(int Iteration, int Evaluations, double Value);
