namespace MlNetVision.Gradients;

/// <summary>What a step gave for an output of the network, or for the gradient of an input.</summary>
/// <param name="Shape">The dimensions, outermost first.</param>
/// <param name="Values">The values, the last axis running fastest. A new array at each step.</param>
public readonly record struct TrainingOutput(IReadOnlyList<long> Shape, float[] Values);
