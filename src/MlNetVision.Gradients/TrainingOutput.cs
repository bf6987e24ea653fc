namespace MlNetVision.Gradients;

/// <summary>The value of a network's output, or of an input's gradient, after a step.</summary>
/// <param name="Shape">The dimensions, outermost first.</param>
/// <param name="Values">The values, the last axis running fastest. A new array at each step.</param>
public readonly record struct TrainingOutput(IReadOnlyList<long> Shape, float[] Values);
